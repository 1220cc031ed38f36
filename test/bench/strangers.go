package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
)

// strangers have no password, no code and no token.
type strangers struct {
	client *http.Client
	kinds  []stranger
	// authorize is a request that ends at the login page.
	authorize string
	issuer    string
	// refused and tooMany count the answers to wrong passwords.
	refused, tooMany atomic.Int64
}

// stranger sends one kind of request, which must have a certain answer.
type stranger struct {
	name   string
	status int
	// make returns the n-th request.
	request func(ctx context.Context, n int) (*http.Request, error)
}

// strangers returns strangers who know an application's credentials and what codes and
// tokens look like.
func (b *bench) strangers(ctx context.Context) (*strangers, error) {
	app, err := b.createApplication(ctx, "strangers")
	if err != nil {
		return nil, err
	}
	families, hangUp, err := b.families(ctx, app, 1, flowScope)
	if err != nil {
		return nil, err
	}
	defer hangUp()
	f := families[0]
	code, err := f.code()
	if err != nil {
		return nil, err
	}
	to, _ := app.AuthorizationURL(nil)
	s := &strangers{
		client:    &http.Client{Timeout: patient.Timeout, Transport: &http.Transport{MaxIdleConnsPerHost: mainConnections}},
		authorize: to, issuer: b.Issuer,
	}
	redemption := "grant_type=authorization_code&redirect_uri=" + url.QueryEscape(app.Redirect) + "&code_verifier=" + f.verifier + "&code="
	_, mac, _ := strings.Cut(f.token, ".")
	s.kinds = []stranger{
		{"an authorization request", http.StatusOK, get(to, "")},
		{"the login page", http.StatusOK, get(b.Issuer+"/login", "")},
		{"a forged code", http.StatusBadRequest, form(b.Issuer+"/token", app, func(n int) string { return redemption + forge(code, n) })},
		{"a forged refresh token", http.StatusBadRequest, form(b.Issuer+"/token", app, func(n int) string {
			return "grant_type=refresh_token&refresh_token=" + forge(f.token, n)
		})},
		{"a refresh token of no Grant", http.StatusBadRequest, form(b.Issuer+"/token", app, func(n int) string {
			return "grant_type=refresh_token&refresh_token=grt_" + hex.EncodeToString(fmt.Appendf(nil, "%016d", n)) + "." + mac
		})},
		{"a forged access token", http.StatusUnauthorized, func(ctx context.Context, n int) (*http.Request, error) {
			return get(b.Issuer+"/userinfo", "Bearer "+forge(f.access, n))(ctx, n)
		}},
		{"a client that does not exist", http.StatusUnauthorized, form(b.Issuer+"/token", nil, func(int) string { return tokenForm })},
	}
	return s, nil
}

// forge changes one character of a token, in its second half, another one each time.
func forge(token string, n int) string {
	changed := []byte(token)
	at := len(changed)/2 + n%(len(changed)/2-1)
	if changed[at] == 'A' {
		changed[at] = 'B'
	} else {
		changed[at] = 'A'
	}
	return string(changed)
}

func get(to, authorization string) func(context.Context, int) (*http.Request, error) {
	return func(ctx context.Context, _ int) (*http.Request, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, to, http.NoBody)
		if err == nil && authorization != "" {
			request.Header.Set("Authorization", authorization)
		}
		return request, err
	}
}

// form returns requests with a form, as a client, or as one that there is not.
func form(to string, app *application, body func(n int) string) func(context.Context, int) (*http.Request, error) {
	return func(ctx context.Context, n int) (*http.Request, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(body(n)))
		if err != nil {
			return nil, err
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.SetBasicAuth(fmt.Sprintf("nobody.%d", n), "wrong")
		if app != nil {
			request.Header.Set("Authorization", "Basic "+app.basic())
		}
		return request, nil
	}
}

func (s stranger) ask(ctx context.Context, client *http.Client, n int) error {
	request, err := s.request(ctx, n)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != s.status {
		return fmt.Errorf("%s is answered %d and not %d", s.name, response.StatusCode, s.status)
	}
	return nil
}

// guess sends a wrong password. It comes from an address that has not failed often,
// mostly for a user whom no other request tries, so that the server has to compare.
func (s *strangers) guess(ctx context.Context, n int) error {
	person, err := newBrowser(s.issuer)
	if err != nil {
		return err
	}
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+n/40))}}
	person.client.Transport = &http.Transport{DialContext: from.DialContext, DisableKeepAlives: true}
	login, err := person.open(ctx, s.authorize, nil)
	if err != nil {
		return err
	}
	form, ok := login.LoginForm()
	if !ok {
		return fmt.Errorf("no login form, but %d", login.Status)
	}
	name := fmt.Sprintf("person-%d", n)
	if n%20 == 0 {
		name = "alice"
	}
	answer, err := person.submit(ctx, login, form, url.Values{"username": {name}, "password": {"wrong"}})
	if err != nil {
		return err
	}
	switch answer.Status {
	case http.StatusForbidden:
		s.refused.Add(1)
	case http.StatusTooManyRequests:
		s.tooMany.Add(1)
	default:
		return fmt.Errorf("a wrong password is answered %d", answer.Status)
	}
	return nil
}
