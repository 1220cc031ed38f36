// Package openidprovider is an OpenID provider for tests that is strict, and that lies where a
// test wants that: wrong audiences, other issuers, keys that were replaced, answers that come
// late or not at all.
//
// It owns no assertion. Nobody signs in on pages: a test takes the authorization request and
// says who agrees to it.
package openidprovider

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// ClientID is that of the one client.
const ClientID = "grantor at corp"

// ClientSecret is its secret.
const ClientSecret = "a secret: with/colon+plus"

// Provider is a running provider.
type Provider struct {
	// URL is the issuer.
	URL string

	mu  sync.Mutex
	now func() time.Time
	// users are the claims of those who have an account.
	users map[string]map[string]any
	codes map[string]code
	// refresh has whose each refresh token is, which can be used once.
	refresh map[string]string
	access  map[string]string
	key     *ecdsa.PrivateKey
	keyID   string
	// lie changes the claims of ID tokens, hold delays token requests, away refuses all.
	lie  func(claims map[string]any)
	hold <-chan struct{}
	away bool
	// noRefresh gives no refresh tokens.
	noRefresh bool
	requests  map[string]int
	// secrets are what nobody else must see.
	secrets []string
}

type code struct {
	user, nonce, challenge, redirect string
	authTime                         time.Time
}

// Start starts a provider, and ends it with the test.
func Start(t testing.TB, now func() time.Time) *Provider {
	t.Helper()
	p := &Provider{
		now: now, users: map[string]map[string]any{}, codes: map[string]code{}, refresh: map[string]string{}, access: map[string]string{},
		requests: map[string]int{},
	}
	p.RotateKeys(t)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.metadata)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /userinfo", p.userinfo)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.requests[r.URL.Path]++
		away := p.away
		p.mu.Unlock()
		if away {
			http.Error(w, "away", http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	p.URL = server.URL
	return p
}

// SetUser gives a user an account, or changes it; claims nil removes the account.
func (p *Provider) SetUser(id string, claims map[string]any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if claims == nil {
		delete(p.users, id)
		return
	}
	p.users[id] = claims
}

// Lie changes the claims of each ID token from now on.
func (p *Provider) Lie(change func(claims map[string]any)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lie = change
}

// SetAway makes the provider answer nothing but 503.
func (p *Provider) SetAway(away bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.away = away
}

// NoRefresh makes the provider give no refresh tokens.
func (p *Provider) NoRefresh() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.noRefresh = true
}

// Hold makes token requests wait until a channel is closed.
func (p *Provider) Hold(until <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hold = until
}

// Requests returns how many requests a path had.
func (p *Provider) Requests(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.requests[path]
}

// Secrets returns all codes, tokens and verifiers so far, and the client secret.
func (p *Provider) Secrets() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.DeleteFunc(append([]string{ClientSecret}, p.secrets...), func(secret string) bool { return secret == "" })
}

// RotateKeys replaces the signing key.
func (p *Provider) RotateKeys(t testing.TB) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key, p.keyID = key, rand.Text()
}

// Allow lets a user agree to an authorization request, and returns what the browser takes back.
func (p *Provider) Allow(request url.Values, user string) url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := rand.Text()
	p.secrets = append(p.secrets, c, request.Get("code_challenge"))
	p.codes[c] = code{user, request.Get("nonce"), request.Get("code_challenge"), request.Get("redirect_uri"), p.now()}
	return url.Values{"code": {c}, "state": {request.Get("state")}, "iss": {p.URL}}
}

func (p *Provider) metadata(w http.ResponseWriter, _ *http.Request) {
	write(w, http.StatusOK, map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"userinfo_endpoint": p.URL + "/userinfo", "end_session_endpoint": p.URL + "/signout", "scopes_supported": []string{"openid", "offline_access"},
		"id_token_signing_alg_values_supported": []string{"ES256", "HS256", "none"}, "authorization_response_iss_parameter_supported": true,
	})
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	write(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: p.keyID, Algorithm: "ES256", Use: "sig"}}})
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	hold := p.hold
	p.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-r.Context().Done():
			return
		}
	}
	id, secret, _ := r.BasicAuth()
	id, _ = url.QueryUnescape(id)
	secret, _ = url.QueryUnescape(secret)
	if id != ClientID || secret != ClientSecret {
		write(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var user string
	more := map[string]any{}
	switch r.FormValue("grant_type") {
	case "authorization_code":
		c, ok := p.codes[r.FormValue("code")]
		delete(p.codes, r.FormValue("code"))
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if !ok || c.redirect != r.FormValue("redirect_uri") || c.challenge != base64.RawURLEncoding.EncodeToString(sum[:]) {
			write(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
			return
		}
		user, more["nonce"], more["auth_time"] = c.user, c.nonce, c.authTime.Unix()
	case "refresh_token":
		user = p.refresh[r.FormValue("refresh_token")]
		delete(p.refresh, r.FormValue("refresh_token"))
	}
	claims := p.users[user]
	if claims == nil {
		write(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant", "error_description": "no such user"})
		return
	}
	access, refresh := rand.Text(), rand.Text()
	p.access[access], p.refresh[refresh] = user, user
	idToken := p.idToken(user, claims, more)
	p.secrets = append(p.secrets, access, refresh, idToken, r.FormValue("code_verifier"))
	answer := map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": 60, "refresh_token": refresh, "id_token": idToken}
	if p.noRefresh {
		delete(answer, "refresh_token")
	}
	write(w, http.StatusOK, answer)
}

// idToken signs the claims of a user.
func (p *Provider) idToken(user string, claims, more map[string]any) string {
	all := map[string]any{"iss": p.URL, "aud": ClientID, "sub": user, "iat": p.now().Unix(), "exp": p.now().Add(time.Minute).Unix(), "sid": "s-" + user}
	for _, some := range []map[string]any{claims, more} {
		maps.Copy(all, some)
	}
	if p.lie != nil {
		p.lie(all)
	}
	return p.sign(all, "JWT")
}

// LogoutToken returns a logout token about a user.
func (p *Provider) LogoutToken(claims map[string]any) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[string]any{
		"iss": p.URL, "aud": ClientID, "iat": p.now().Unix(), "exp": p.now().Add(time.Minute).Unix(), "jti": rand.Text(),
		"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}},
	}
	for name, value := range claims {
		all[name] = value
		if value == nil {
			delete(all, name)
		}
	}
	return p.sign(all, "logout+jwt")
}

func (p *Provider) sign(claims map[string]any, kind string) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: p.key, KeyID: p.keyID}},
		(&jose.SignerOptions{}).WithType(jose.ContentType(kind)))
	if err != nil {
		return ""
	}
	text, _ := json.Marshal(claims)
	signed, err := signer.Sign(text)
	if err != nil {
		return ""
	}
	out, _ := signed.CompactSerialize()
	return out
}

func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	user := p.access[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	if p.users[user] == nil {
		write(w, http.StatusUnauthorized, map[string]any{"error": "invalid_token"})
		return
	}
	all := map[string]any{"sub": user}
	maps.Copy(all, p.users[user])
	write(w, http.StatusOK, all)
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
