package tokenprovider

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// Rotation is what becomes of a refresh token that was used.
type Rotation int

// Ways to rotate.
const (
	// Strict ends it, and all that came of the same authorization if it is used again.
	Strict Rotation = iota
	// UntilUsed takes it until its successor is used, as Grantor does.
	UntilUsed
	// Fixed keeps it.
	Fixed
)

// Client is the client ID and the client secret of the one client.
const (
	ClientID     = "reports at work"
	ClientSecret = "s3cret/+&=%s3cret/+&=%s3cret/+&=%"
)

// Provider is an authorization server.
type Provider struct {
	*httptest.Server
	// Rotation and Lifetime are of what is issued from now on. No Lifetime is not told.
	Rotation Rotation
	Lifetime time.Duration

	now func() time.Time

	mu       sync.Mutex
	codes    map[string]code
	refresh  map[string]*refreshToken
	access   map[string]access
	answer   func(w http.ResponseWriter, r *http.Request) bool
	running  int
	most     int
	requests int
	revoked  int
}

type code struct {
	challenge, redirectURI string
	used                   *family
}

type family struct{ revoked bool }

type refreshToken struct {
	family    *family
	used      bool
	successor *refreshToken
	text      string
}

type access struct {
	family *family
	ends   time.Time
}

// Start starts a provider with a clock, and ends it with the test.
func Start(t testing.TB, now func() time.Time) *Provider {
	t.Helper()
	p := &Provider{now: now, Lifetime: time.Hour, codes: map[string]code{}, refresh: map[string]*refreshToken{}, access: map[string]access{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token",
			"authorization_response_iss_parameter_supported": true,
		})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

// Authorize returns a code that somebody authorized, with its verifier.
func (p *Provider) Authorize(redirectURI string) (text, verifier string) {
	text, verifier = rand.Text(), rand.Text()+rand.Text()
	sum := sha256.Sum256([]byte(verifier))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.codes[text] = code{challenge: base64.RawURLEncoding.EncodeToString(sum[:]), redirectURI: redirectURI}
	return text, verifier
}

// Answer lets a function answer token requests; it returns false to let the provider do so.
func (p *Provider) Answer(with func(w http.ResponseWriter, r *http.Request) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = with
}

// Valid reports whether an access token is valid now.
func (p *Provider) Valid(token string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	a, ok := p.access[token]
	return ok && (a.ends.IsZero() || p.now().Before(a.ends)) && (a.family == nil || !a.family.revoked)
}

// Revoke ends everything that was authorized.
func (p *Provider) Revoke() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.refresh {
		r.family.revoked = true
	}
}

// Counts returns how many token requests there were, how many at once at most, and how many
// authorizations the provider revoked because of a reuse.
func (p *Provider) Counts() (requests, atOnce, revoked int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests, p.most, p.revoked
}

// Issued returns everything that must not be seen elsewhere.
func (p *Provider) Issued() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := []string{ClientSecret}
	for text := range p.refresh {
		out = append(out, text)
	}
	for text := range p.access {
		out = append(out, text)
	}
	for text := range p.codes {
		out = append(out, text)
	}
	return out
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.requests++
	p.running++
	p.most = max(p.most, p.running)
	answer := p.answer
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.running--
		p.mu.Unlock()
	}()
	if answer != nil && answer(w, r) {
		return
	}
	status, members := p.grant(r)
	reply(w, status, members)
}

func (p *Provider) grant(r *http.Request) (int, map[string]any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !authenticated(r) {
		return http.StatusUnauthorized, map[string]any{"error": "invalid_client"}
	}
	switch r.PostFormValue("grant_type") {
	case "client_credentials":
		return http.StatusOK, p.issue(nil, r.PostFormValue("scope"))
	case "authorization_code":
		return p.redeem(r)
	case "refresh_token":
		return p.rotate(r.PostFormValue("refresh_token"))
	}
	return http.StatusBadRequest, map[string]any{"error": "unsupported_grant_type"}
}

func (p *Provider) redeem(r *http.Request) (int, map[string]any) {
	text := r.PostFormValue("code")
	c, ok := p.codes[text]
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	switch {
	case ok && c.used != nil:
		if !c.used.revoked {
			c.used.revoked = true
			p.revoked++
		}
		fallthrough
	case !ok, c.redirectURI != r.PostFormValue("redirect_uri"), c.challenge != base64.RawURLEncoding.EncodeToString(sum[:]):
		return http.StatusBadRequest, map[string]any{"error": "invalid_grant"}
	}
	c.used = &family{}
	p.codes[text] = c
	members := p.issue(c.used, "")
	members["refresh_token"] = p.newRefresh(c.used).text
	return http.StatusOK, members
}

func (p *Provider) rotate(text string) (int, map[string]any) {
	was, ok := p.refresh[text]
	refused := map[string]any{"error": "invalid_grant", "error_description": "it is " + text}
	if !ok || was.family.revoked {
		return http.StatusBadRequest, refused
	}
	if p.Rotation == Fixed {
		return http.StatusOK, p.issue(was.family, "")
	}
	if was.used && (p.Rotation == Strict || was.successor != nil && was.successor.used) {
		was.family.revoked = true
		p.revoked++
		return http.StatusBadRequest, refused
	}
	if was.successor == nil {
		was.successor = p.newRefresh(was.family)
	}
	was.used = true
	members := p.issue(was.family, "")
	members["refresh_token"] = was.successor.text
	return http.StatusOK, members
}

func (p *Provider) newRefresh(f *family) *refreshToken {
	r := &refreshToken{family: f, text: "refresh-" + rand.Text()}
	p.refresh[r.text] = r
	return r
}

func (p *Provider) issue(f *family, scope string) map[string]any {
	text := "access-" + rand.Text()
	a := access{family: f}
	members := map[string]any{"access_token": text, "token_type": "bearer"}
	if scope != "" {
		members["scope"] = scope
	}
	if p.Lifetime > 0 {
		members["expires_in"] = int(p.Lifetime.Seconds())
		a.ends = p.now().Add(p.Lifetime)
	}
	p.access[text] = a
	return members
}

func authenticated(r *http.Request) bool {
	if id, secret, ok := r.BasicAuth(); ok {
		return fmt.Sprintf("%s:%s", id, secret) == fmt.Sprintf("%s:%s", url.QueryEscape(ClientID), url.QueryEscape(ClientSecret))
	}
	return r.PostFormValue("client_id") == ClientID && r.PostFormValue("client_secret") == ClientSecret
}

func reply(w http.ResponseWriter, status int, members map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(members)
}
