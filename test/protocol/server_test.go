package protocol

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/token"
	"github.com/grantor-dev/grantor/server/tokens"
	"github.com/grantor-dev/grantor/server/watch"
)

const (
	issuer   = "https://auth.example.com"
	subject  = "local:alice"
	userUID  = "user"
	redirect = "https://app.example.com/callback"
)

// alice is the only user.
type alice struct{}

func (alice) Lookup(context.Context, string, identity.Link) (*identity.Person, error) {
	return &identity.Person{Subject: subject, UID: userUID, Username: "alice"}, nil
}

// room is a server that stores whatever it is asked to.
type room struct{}

func (room) Grant(string, string) error { return nil }

// application is a client that refreshes.
var application = clients.New(clientspec.Client{
	ID: "team.app", UID: "client", Method: oauthv1alpha1.AuthenticationBasic,
	GrantTypes: []string{string(oauthv1alpha1.GrantAuthorizationCode), string(oauthv1alpha1.GrantRefreshToken)},
	Scopes:     []string{"read"}, Audiences: []string{issuer},
	Interactive: clientspec.Interactive{RedirectURIs: []string{redirect}, PKCE: oauthv1alpha1.PKCEOptional},
	Tokens: clientspec.Tokens{
		AccessLifetime: 15 * time.Minute, RefreshLifetime: 720 * time.Hour, RefreshIdle: 24 * time.Hour, RefreshGrace: 30 * time.Second,
	},
})

// server is one replica.
type server struct {
	set      *keys.Set
	now      time.Time
	verifier *tokens.Verifier
}

// fixture is what all paths of a test share.
type fixture struct {
	keys   *keys.Store
	set    *keys.Set
	scheme *runtime.Scheme
	now    time.Time
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{keys: keystest.NewStore(t), scheme: runtime.NewScheme(), now: time.Now()}
	var err error
	if f.set, err = f.keys.Current(); err != nil {
		t.Fatal(err)
	}
	if err := sessionv1alpha1.AddToScheme(f.scheme); err != nil {
		t.Fatal(err)
	}
	return f
}

// server returns a replica whose clock is off.
func (f *fixture) server(at http.RoundTripper, off time.Duration) (*server, error) {
	client, err := watch.NewRESTClient(&rest.Config{Host: "http://api", Transport: at, QPS: -1}, f.scheme, sessionv1alpha1.GroupVersion)
	if err != nil {
		return nil, err
	}
	s := &server{set: f.set, now: f.now.Add(off)}
	backend := storage.Backend{Client: client, Namespace: "system", Keys: f.keys, Issuer: func() string { return issuer }}
	s.verifier = &tokens.Verifier{
		Issuer: backend.Issuer, Keys: f.keys, Now: func() time.Time { return s.now }, Users: alice{}, Grants: grants.New(backend),
	}
	return s, nil
}

// code returns a code of alice's and the name of its Grant.
func (f *fixture) code() (code, grant string, err error) {
	grant = storage.NewName()
	code, err = f.codeFor(grant, time.Time{})
	return code, grant, err
}

// codeFor returns a code for a Grant that other codes can name until a time, zero for never.
func (f *fixture) codeFor(grant string, sharedUntil time.Time) (string, error) {
	return grants.SealCode(f.set, issuer, grants.Code{
		Grant: grant, ClientUID: string(application.UID()), Subject: subject, UserUID: userUID, Offline: true, Refreshes: true,
		Scopes: []grants.Digest{grants.DigestOf("read")}, Audiences: []grants.Digest{grants.DigestOf(issuer)},
		RedirectURI: grants.RedirectDigest(redirect), RedirectSent: true,
		AuthTime: f.now.Add(-time.Minute), IssuedAt: f.now, ExpiresAt: f.now.Add(time.Minute), SharedUntil: sharedUntil,
	})
}

// reply is what a client is told.
type reply struct {
	// refresh is its new refresh token.
	refresh string
	// code is the OAuth error, empty for a success.
	code string
}

func (r reply) ok() bool      { return r.code == "" }
func (r reply) refused() bool { return r.code == httpx.CodeInvalidGrant }

func (s *server) redeem(code string) reply {
	grant := &token.AuthorizationCode{Verifier: s.verifier, Capacity: room{}}
	return s.request(grant, url.Values{"code": {code}, "redirect_uri": {redirect}})
}

func (s *server) refresh(refreshToken string) reply {
	return s.request(&token.RefreshToken{Verifier: s.verifier}, url.Values{"refresh_token": {refreshToken}})
}

// request does what package token does for a client that has authenticated.
func (s *server) request(grant token.Grant, form url.Values) reply {
	issue, err := grant.Authorize(context.Background(), token.Request{Client: application, Form: form})
	if err == nil && issue.Commit != nil {
		err = issue.Commit(context.Background())
	}
	if err != nil {
		return reply{code: httpx.CodeOf(err)}
	}
	return reply{refresh: issue.Grant.RefreshToken(s.set, issuer)}
}

// revoke does what package revocation does for the client's own token.
func (s *server) revoke(refreshToken string) reply {
	g, _, err := s.verifier.Refresh(context.Background(), refreshToken)
	if err == nil && g != nil {
		err = httpx.UnavailableIf(s.verifier.Grants.Revoke(context.Background(), g.Name))
	}
	if err != nil {
		return reply{code: httpx.CodeOf(err)}
	}
	return reply{}
}

// stored returns the Grant of a name, nil if there is none.
func (s *server) stored(grant string) (*grants.Grant, error) {
	g, err := s.verifier.Grants.Find(context.Background(), grant)
	if errors.Is(err, grants.ErrGone) {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	return g, err
}
