package clientauth

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/server/clientdocuments"
	"github.com/grantor-dev/grantor/server/clients/clientstest"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// A client is told to come back where only too many others ask, and is refused where its
// document is not fetched without a user.
func TestClientsWithoutADescription(t *testing.T) {
	spent := httpx.Spent(http.StatusServiceUnavailable, time.Second, "Too many.")
	for name, test := range map[string]struct {
		err    error
		status int
	}{
		"a host that is not named": {clientdocuments.ErrSignIn, http.StatusUnauthorized},
		"too many others":          {errors.Join(clientdocuments.ErrSignIn, spent), http.StatusServiceUnavailable},
		"a host that is away":      {httpx.Elsewhere(nil), http.StatusServiceUnavailable},
		"no document":              {httpx.BadRequest(httpx.CodeInvalidClient, "None."), http.StatusUnauthorized},
	} {
		refusal, ok := errors.AsType[*httpx.Error](undescribed("https://agent.example/client.json", test.err))
		if !ok || refusal.Status != test.status || (refusal.RetryAfter > 0) != (test.status == http.StatusServiceUnavailable) {
			t.Errorf("%s: %+v", name, refusal)
		}
	}
}

// A code counts for the client that it was issued to, until it expires.
func TestWhatAClientHolds(t *testing.T) {
	const id = "https://agent.example/client.json"
	a := newAuthenticator(t)
	set, err := a.Keys.Current()
	if err != nil {
		t.Fatal(err)
	}
	grant := strings.Repeat("0", 32)
	code := func(uid clientid.UID, expires time.Duration) url.Values {
		text, err := grants.SealCode(set, clientstest.Issuer, grants.Code{Grant: grant, ClientUID: string(uid), Subject: "local:ada", ExpiresAt: time.Now().Add(expires)})
		if err != nil {
			t.Fatal(err)
		}
		return url.Values{"code": {text}}
	}
	refresh := (&grants.Grant{Name: grant, Generation: 1, Root: set.Root()}).RefreshToken(set, clientstest.Issuer)
	for name, test := range map[string]struct {
		form url.Values
		want string
	}{
		"its code":                 {code(clientid.OfSigningDocument(id), time.Minute), grant},
		"one that has expired":     {code(clientid.OfSigningDocument(id), -time.Minute), ""},
		"one of another client":    {code(clientid.OfSigningDocument(id+"x"), time.Minute), ""},
		"one of no signing client": {code(clientid.OfDocument(id), time.Minute), ""},
		"a refresh token":          {url.Values{"refresh_token": {refresh}}, grant},
		"one that was made up":     {url.Values{"refresh_token": {refresh[:len(refresh)-4] + "AAAA"}}, ""},
		"nothing":                  {nil, ""},
	} {
		if got := a.holder(test.form, id); got != test.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
