// Package browser is what the endpoints that people's browsers come to have in common:
// it writes answers as redirects and pages, and errors as pages that lead nowhere.
//
// It does not decide what the answer is (server/authorization).
package browser
