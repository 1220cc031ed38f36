package clientdocuments

import (
	"errors"
	"net/http"
	"net/netip"
	"time"

	"github.com/grantor-dev/grantor/internal/publickeys"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/limits"
)

// Asker is for whom a document is fetched.
type Asker struct {
	// Subject is the user who has signed in, empty for none.
	Subject string
	// Holder names the Grant of the code or the refresh token that the request has, empty for
	// none.
	Holder string
	// Address is where the request comes from, the zero Addr for one that many share.
	Address netip.Addr
	// Candidate reports whether an assertion can have been signed with a key; nil for a
	// request without one. A document that has no such key is fetched again.
	Candidate func(publickeys.Key) bool
}

// Kinds of limits, and how often a replica fetches documents that it does not have: for all
// users who have not signed in and for each of their networks, for all users who have and for
// each of them, and for requests with a code or a refresh token and for each Grant.
const (
	anonymous limits.Kind = "anonymous"
	ofNetwork limits.Kind = "network"
	holders   limits.Kind = "holders"
	ofHolder  limits.Kind = "holder"
	signedIn  limits.Kind = "signed-in"
	ofUser    limits.Kind = "user"
)

var (
	ofAll    = limits.Budget{Burst: 60, Every: time.Second}
	ofOne    = limits.Budget{Burst: 10, Every: 6 * time.Second}
	ofMany   = limits.Budget{Burst: 40, Every: 1500 * time.Millisecond}
	ofFew    = limits.Budget{Burst: 2, Every: 30 * time.Second}
	errOften = "Too many new applications are used at the moment."
)

// kind is what a fetch is counted for.
func (by Asker) kind() limits.Kind {
	switch {
	case by.Subject != "":
		return signedIn
	case by.Holder != "":
		return holders
	}
	return anonymous
}

// take counts the fetch of a document that is not known. Users who have signed in have a limit
// of their own, so a flood of other requests can only make users sign in first.
func (s *Store) take(by Asker) error {
	kind := by.kind()
	shares := []limits.Share{{Kind: kind, Budget: ofAll}}
	switch kind {
	case signedIn:
		shares = append(shares, limits.Share{Kind: ofUser, Key: by.Subject, Budget: ofOne})
	case holders:
		shares = append(shares, limits.Share{Kind: ofHolder, Key: by.Holder, Budget: ofFew})
	case anonymous:
		shares = append(shares, limits.Networks(ofNetwork, "", by.Address, ofMany)...)
	}
	wait := s.limiter.Take(s.Now(), shares...)
	if wait <= 0 {
		return nil
	}
	spent := httpx.Spent(http.StatusServiceUnavailable, wait, errOften)
	if kind == anonymous {
		return errors.Join(ErrSignIn, spent)
	}
	return spent
}
