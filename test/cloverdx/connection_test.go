package cloverdx

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// connection is an OAuth2 connection: the properties of its dialog, and its tokens.
type connection struct {
	ClientID, ClientSecret               string
	Scopes                               string
	AuthorizationEndpoint, TokenEndpoint string
	RedirectURL                          string
	UsePKCE, AlwaysPromptConsent         bool
	// inBody sends the client secret in the body of token requests.
	inBody bool
	// ahead is by how much the connection's clock is ahead.
	ahead time.Duration

	tokens tokens
}

// tokens are what the .tokens file of a connection has.
type tokens struct {
	AccessToken  string    `json:"accessToken"`
	RefreshToken string    `json:"refreshToken,omitempty"`
	Scope        string    `json:"scope"`
	Expires      time.Time `json:"expires"`
}

// seen is what happened in the browser during an authorization.
type seen struct {
	signIn, consent bool
	// pages are those of the server.
	pages []installation.View
	// answer is where the browser was sent at the end.
	answer *url.URL
}

// authorize does what the button Authorize does.
func (c *connection) authorize(t testing.TB, v *installation.Visitor) seen {
	t.Helper()
	verifier, challenge := installation.Verifier()
	state := rand.Text()
	s := c.visit(t, v, c.request(state, challenge), "allow")
	if !strings.HasPrefix(s.answer.String(), c.RedirectURL+"?") || s.answer.Query().Get("state") != state {
		t.Fatalf("the browser was sent to %s%s with error %q", s.answer.Host, s.answer.Path, s.answer.Query().Get("error"))
	}
	form := url.Values{"grant_type": {"authorization_code"}, "code": {s.answer.Query().Get("code")}, "redirect_uri": {c.RedirectURL}}
	if c.UsePKCE {
		form.Set("code_verifier", verifier)
	}
	if err := c.ask(t.Context(), form); err != nil {
		t.Fatal(err)
	}
	return s
}

// request is the authorization request.
func (c *connection) request(state, challenge string) string {
	query := url.Values{
		"response_type": {"code"}, "client_id": {c.ClientID}, "redirect_uri": {c.RedirectURL}, "scope": {c.Scopes}, "state": {state},
	}
	if c.UsePKCE {
		query.Set("code_challenge", challenge)
		query.Set("code_challenge_method", "S256")
	}
	if c.AlwaysPromptConsent {
		query.Set("prompt", "consent")
	}
	return c.AuthorizationEndpoint + "?" + query.Encode()
}

// visit does in the browser what the pages ask for.
func (c *connection) visit(t testing.TB, v *installation.Visitor, to, decision string) (s seen) {
	t.Helper()
	view := v.Get(t, to)
	if _, s.signIn = view.LoginForm(); s.signIn {
		s.pages = append(s.pages, view)
		view = v.SignIn(t, view, "alice", "alice-password")
	}
	if _, s.consent = view.DecisionForm(); s.consent {
		s.pages = append(s.pages, view)
		view = v.Decide(t, view, decision)
	}
	if s.answer = view.Elsewhere; s.answer == nil {
		// The visitor followed it to a listener.
		s.answer = view.URL
	}
	return s
}

// accessToken is what getOAuth2Token gives to jobs: never one that has expired.
func (c *connection) accessToken(ctx context.Context) (string, error) {
	if time.Now().Add(c.ahead).Before(c.tokens.Expires) {
		return c.tokens.AccessToken, nil
	}
	if c.tokens.RefreshToken == "" {
		return "", fmt.Errorf("the access token expired at %s; authorize the connection again", c.tokens.Expires)
	}
	err := c.ask(ctx, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {c.tokens.RefreshToken}})
	return c.tokens.AccessToken, err
}

// ask sends a token request and keeps what it gives.
func (c *connection) ask(ctx context.Context, form url.Values) error {
	if c.inBody || c.ClientSecret == "" {
		form.Set("client_id", c.ClientID)
	}
	if c.inBody {
		form.Set("client_secret", c.ClientSecret)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.TokenEndpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if c.ClientSecret != "" && !c.inBody {
		request.SetBasicAuth(url.QueryEscape(c.ClientID), url.QueryEscape(c.ClientSecret))
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	var answer struct {
		AccessToken  string `json:"access_token"`
		TokenType    string `json:"token_type"`
		ExpiresIn    int64  `json:"expires_in"`
		RefreshToken string `json:"refresh_token"`
		Scope        string `json:"scope"`
		Error        string `json:"error"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return fmt.Errorf("the token endpoint answers %d: %w", response.StatusCode, err)
	}
	if response.StatusCode != http.StatusOK || answer.AccessToken == "" || answer.TokenType != "Bearer" || answer.ExpiresIn <= 0 {
		return fmt.Errorf("the token endpoint answers %d %s, token_type %q, expires_in %d", response.StatusCode, answer.Error, answer.TokenType, answer.ExpiresIn)
	}
	c.tokens = tokens{
		AccessToken: answer.AccessToken, RefreshToken: answer.RefreshToken, Scope: answer.Scope,
		Expires: time.Now().Add(c.ahead + time.Duration(answer.ExpiresIn)*time.Second),
	}
	return nil
}

// save writes the .tokens file.
func (c *connection) save(t testing.TB, file string) {
	t.Helper()
	text, err := json.Marshal(c.tokens)
	if err == nil {
		err = devenv.WriteFile(file, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// load reads the .tokens file of another environment.
func (c *connection) load(t testing.TB, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &c.tokens)
	}
	if err != nil {
		t.Fatal(err)
	}
}
