package pushed

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/clients/clientstest"
	"github.com/grantor-dev/grantor/server/dpop"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys/keystest"
)

const callback = "https://app.example/cb"

// one authenticates each request as one client.
type one struct{ client *clients.Client }

func (o one) Authenticate(*http.Request, url.Values) (*clients.Client, error) { return o.client, nil }

func newEndpoint(t testing.TB, change ...func(*clientspec.Client)) *Endpoint {
	t.Helper()
	c := clientspec.Client{
		ID: "team.app", UID: "uid", Method: oauthv1alpha1.AuthenticationBasic, Scopes: []string{"openid", "read"}, Audiences: []string{"api"},
		Interactive: clientspec.Interactive{RedirectURIs: []string{callback}, PushedAuthorization: true},
	}
	for _, f := range change {
		f(&c)
	}
	return New(Options{
		Visits: &flow.Visits{
			Issuer: func() string { return issuer }, Settings: func() *serverspec.Settings { return &serverspec.Settings{PageLifetime: time.Hour} },
			Keys: keystest.NewStore(t), Now: func() time.Time { return now },
		},
		Clients: one{clients.New(c)}, Proofs: dpop.New(dpop.Options{}),
		Address: func(r *http.Request) netip.Addr { addr, _ := netip.ParseAddr(r.RemoteAddr); return addr },
	})
}

func post(e *Endpoint, values url.Values) (*httptest.ResponseRecorder, error) {
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/par", strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = "192.0.2.1"
	return w, e.ServeEndpoint(w, r)
}

// good is a request that is accepted, with changes; nil removes a parameter.
func good(changes url.Values) url.Values {
	values := url.Values{
		"redirect_uri": {callback}, "response_type": {"code"}, "scope": {"openid"}, "state": {"s"}, "prompt": {"login"}, "max_age": {"60"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(make([]byte, 32))}, "code_challenge_method": {"S256"},
	}
	for name, list := range changes {
		if values[name] = list; list == nil {
			delete(values, name)
		}
	}
	return values
}

func TestARequestIsPushed(t *testing.T) {
	e := newEndpoint(t)
	grants := map[string]bool{}
	for range 2 {
		w, err := post(e, good(nil))
		if err != nil {
			t.Fatal(err)
		}
		var answer map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		uri, _ := answer["request_uri"].(string)
		if w.Code != http.StatusCreated || w.Header().Get("Cache-Control") != "no-store" || answer["expires_in"] != 90.0 || len(answer) != 2 {
			t.Errorf("got %d %v %s", w.Code, w.Header(), w.Body)
		}
		set, err := e.Keys.Current()
		if err != nil {
			t.Fatal(err)
		}
		r, err := Open(set, issuer, "team.app", uri, now)
		if err != nil || !r.Login || *r.MaxAge != time.Minute || string(r.State) != "s" || r.RedirectURI != callback {
			t.Fatalf("it opens as %+v, %v", r, err)
		}
		// The sign-in page and the consent page.
		if until := now.Add(90*time.Second + 2*time.Hour); !r.Pushed.Until.Equal(until) || !r.Ended(until) || r.Ended(until.Add(-time.Second)) {
			t.Errorf("it gives codes until %s", r.Pushed.Until)
		}
		grants[r.Pushed.Grant] = true
	}
	if len(grants) != 2 {
		t.Error("two requests have one Grant")
	}
}

func TestRequestsThatCannotBePushed(t *testing.T) {
	e := newEndpoint(t)
	for name, test := range map[string]struct {
		changes url.Values
		code    string
		status  int
	}{
		"a request_uri":                {url.Values{"request_uri": {prefix + "x"}}, "invalid_request", 400},
		"a request_uri from elsewhere": {url.Values{"request_uri": {"https://app.example/r"}}, "invalid_request", 400},
		"both":                         {url.Values{"request_uri": {"https://app.example/r"}, "request": {"x.y.z"}}, "invalid_request", 400},
		"a request object":             {url.Values{"request": {"x.y.z"}}, "invalid_request_object", 400},
		"another redirect_uri":         {url.Values{"redirect_uri": {"https://evil.example/"}}, "invalid_request", 400},
		"no redirect_uri":              {url.Values{"redirect_uri": nil}, "invalid_request", 400},
		"no response_type":             {url.Values{"response_type": nil}, "invalid_request", 400},
		"another response_type":        {url.Values{"response_type": {"token"}}, "unsupported_response_type", 400},
		"a scope that it has not":      {url.Values{"scope": {"openid write"}}, "invalid_scope", 400},
		"an audience that it has not":  {url.Values{"resource": {"https://x.example"}}, "invalid_target", 400},
		"no challenge":                 {url.Values{"code_challenge": nil, "code_challenge_method": nil}, "invalid_request", 400},
		"a parameter twice":            {url.Values{"state": {"a", "b"}}, "invalid_request", 400},
		"a hint that is none":          {url.Values{"id_token_hint": {"x"}}, "invalid_request", 400},
		"a state that is too long":     {url.Values{"state": {strings.Repeat("s", 2049)}}, "invalid_request", 400},
		"more than a body may have":    {url.Values{"ui_locales": {strings.Repeat("s", 70_000)}}, "invalid_request", 413},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := post(e, good(test.changes))
			refusal, ok := errors.AsType[*httpx.Error](err)
			if !ok || refusal.Code != test.code || refusal.Status != test.status || w.Body.Len() > 0 {
				t.Errorf("got %v, %s", err, w.Body)
			}
		})
	}
}

func TestAClientThatSignsNoUsersIn(t *testing.T) {
	e := newEndpoint(t, func(c *clientspec.Client) { c.Interactive.RedirectURIs = nil })
	if _, err := post(e, good(nil)); httpx.CodeOf(err) != httpx.CodeUnauthorizedClient {
		t.Errorf("got %v", err)
	}
}

func TestOnlyPOST(t *testing.T) {
	e := newEndpoint(t)
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete} {
		w := httptest.NewRecorder()
		err := e.ServeEndpoint(w, httptest.NewRequest(method, "/par", http.NoBody))
		if refusal, ok := errors.AsType[*httpx.Error](err); !ok || refusal.Status != http.StatusMethodNotAllowed || w.Header().Get("Allow") != http.MethodPost {
			t.Errorf("%s: %v", method, err)
		}
	}
}

// A client that registered itself can do so again: all of an address have one limit, also those
// with a secret, and take nothing from others.
func TestPushesOfClientsThatRegisteredAreLimited(t *testing.T) {
	e := newEndpoint(t)
	is := func(id, uid string) {
		e.Clients = one{clients.New(clientspec.Client{ID: id, UID: clientstest.UID(uid), Method: oauthv1alpha1.AuthenticationPost}).Described(clients.Document{})}
	}
	spent := func() bool {
		_, err := post(e, good(nil))
		refusal, ok := errors.AsType[*httpx.Error](err)
		return ok && refusal.Status == http.StatusTooManyRequests
	}
	for n := range perAddress.Burst {
		if is(fmt.Sprintf("gdr_%d", n), fmt.Sprintf("reg-%d", n)); spent() {
			t.Fatalf("request %d is limited", n)
		}
	}
	if is("gdr_x", "reg-x"); !spent() {
		t.Error("another client of the same address is not limited")
	}
	if is("team.app", "uid"); spent() {
		t.Error("a client with an OAuthClient is limited")
	}
}

// A client without credentials is one that anyone can name: there is a limit for each
// address.
func TestPushesWithoutCredentialsAreLimited(t *testing.T) {
	public := func(c *clientspec.Client) { c.Method = oauthv1alpha1.AuthenticationNone }
	for name, test := range map[string]struct {
		change  []func(*clientspec.Client)
		limited bool
	}{"with credentials": {nil, false}, "without": {[]func(*clientspec.Client){public}, true}} {
		t.Run(name, func(t *testing.T) {
			e := newEndpoint(t, test.change...)
			for n := range perAddress.Burst {
				if _, err := post(e, good(nil)); err != nil {
					t.Fatalf("request %d: %v", n, err)
				}
			}
			_, err := post(e, good(nil))
			if refusal, ok := errors.AsType[*httpx.Error](err); ok != test.limited || ok && (refusal.Status != http.StatusTooManyRequests || refusal.RetryAfter != 1) {
				t.Errorf("the next one: %v", err)
			}
			e.Address = func(*http.Request) netip.Addr { return netip.MustParseAddr("192.0.2.2") }
			if _, err := post(e, good(nil)); err != nil {
				t.Errorf("another address: %v", err)
			}
		})
	}
}
