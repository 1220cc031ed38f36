package token

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clientauth"
	"github.com/grantor-dev/grantor/server/clients/clientstest"
	"github.com/grantor-dev/grantor/server/dpop"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/tokens"
)

// BenchmarkClientCredentials measures the token request that every service makes, from
// the parsed form to what is recorded.
func BenchmarkClientCredentials(b *testing.B) {
	store, issuer := keystest.NewStore(b), func() string { return clientstest.Issuer }
	proofs := dpop.New(dpop.Options{Issuer: issuer, Keys: store, Now: time.Now})
	authenticator := clientauth.New(clientauth.Options{Issuer: issuer, Clients: clientstest.NewRegistry(b, store), Keys: store, Now: time.Now})
	e := New(authenticator, proofs, &tokens.Maker{Issuer: issuer, Keys: store, Now: time.Now}, &AuthorizationCode{}, &RefreshToken{}, ClientCredentials{})
	r := &http.Request{Method: http.MethodPost, Header: http.Header{}}
	r.SetBasicAuth("team.basic", clientstest.Secret)
	r.PostForm = url.Values{"grant_type": {"client_credentials"}, "scope": {"read"}, "audience": {"api"}}
	r.Form = r.PostForm
	b.ReportAllocs()
	for b.Loop() {
		ctx, _ := audit.Begin(b.Context())
		event := audit.Event{Decision: audit.Token}
		if _, err := e.issue(nil, r, &event); err != nil {
			b.Fatal(err)
		}
		audit.Record(ctx, event)
	}
}
