package authorization

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage/logins"
)

// page names what a form is for; a form counts for nothing else.
type page string

const (
	pageSignIn  page = "sign-in"
	pageConsent page = "consent"
	pageLogout  page = "logout"
	pageAccount page = "account"
)

// flowVersion is the version of a sealed form. Another is refused.
const flowVersion = 1

// flow is what a page's form brings back: sealed, for one page, one browser and some
// time. Whoever makes another browser send it finds that it does not count there, so
// it also protects from forged requests.
type flow struct {
	Version int `json:"v"`
	// Browser is the digest of one of the browser's marks.
	Browser []byte `json:"b"`
	// Expires is when the page has expired, in milliseconds since 1970.
	Expires int64 `json:"e"`
	// Request is the authorization request; nil where there is none.
	Request *Request `json:"r,omitempty"`
	// SignedIn is who gave a password for this request; empty for nobody.
	SignedIn string `json:"i,omitempty"`
	// Subject is whom the page was made for.
	Subject string `json:"p,omitempty"`
	// Client is the application that asked to sign out, Return and State are where it
	// wants the browser afterwards.
	Client string `json:"c,omitempty"`
	Return string `json:"u,omitempty"`
	State  []byte `json:"t,omitempty"`
}

// signedIn reports whether the person of a Login gave a password for this request.
// Whoever signed in to the browser since, elsewhere, did not.
func (f *flow) signedIn(login *logins.Login) bool {
	return login != nil && f.SignedIn != "" && f.SignedIn == login.Subject
}

// seal returns the value of a form's field.
func (s *Service) seal(set *keys.Set, at page, mark string, f flow) (string, error) {
	f.Version, f.Browser, f.Expires = flowVersion, digest(mark), s.Now().Add(s.Settings().PageLifetime).UnixMilli()
	plain, err := json.Marshal(f)
	if err != nil {
		return "", fmt.Errorf("encode form: %w", err)
	}
	return set.Seal(keys.PurposeFlow, s.Issuer()+"\x00"+string(at), plain), nil
}

// open returns what a form brings back. Its errors are for the person.
func (s *Service) open(set *keys.Set, at page, marks []string, sealed string) (*flow, error) {
	plain, err := set.Open(keys.PurposeFlow, s.Issuer()+"\x00"+string(at), sealed)
	var f flow
	if err != nil || json.Unmarshal(plain, &f) != nil || f.Version != flowVersion {
		return nil, httpx.BadRequest(httpx.CodeInvalidRequest, "This page is not one that you can go on from. Go back to the application and begin again.")
	}
	if !s.Now().Before(time.UnixMilli(f.Expires)) {
		return nil, httpx.BadRequest(httpx.CodeInvalidRequest, "This page has expired. Go back to the application and begin again.")
	}
	if len(marks) == 0 {
		return nil, forbidden("Your browser did not send the cookie of this page. Allow cookies for this address, go back to the application and begin again.")
	}
	if !slices.ContainsFunc(marks, func(mark string) bool { return subtle.ConstantTimeCompare(f.Browser, digest(mark)) == 1 }) {
		return nil, forbidden("This page belongs to another browser. Go back to the application and begin again.")
	}
	return &f, nil
}

func digest(mark string) []byte {
	sum := sha256.Sum256([]byte(mark))
	return sum[:16]
}

func forbidden(description string) *httpx.Error {
	return &httpx.Error{Code: httpx.CodeAccessDenied, Description: description, Status: 403}
}
