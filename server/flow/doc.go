// Package flow is what all pages for users have in common: it reads whose browser sent a
// request, keeps the browser's cookies, seals what a form brings back, and writes answers
// as redirects and pages, errors as pages that lead nowhere.
//
// It does not decide what the answer is (server/authorization, server/account) or how
// pages look (server/ui).
package flow
