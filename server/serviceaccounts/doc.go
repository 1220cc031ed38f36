// Package serviceaccounts asks the API server whose ServiceAccount token something is
// (TokenReview), with the audience pinned.
//
// It owns how often the API server is asked: an answer counts for some seconds, and
// unknown tokens get a share. It does not read tokens; whether one is worth a question is
// decided before (server/assertions), and which ServiceAccount may be which client by
// server/clientauth.
package serviceaccounts
