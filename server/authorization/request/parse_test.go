package request

import (
	"encoding/base64"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

const callback = "https://app.example/cb"

var challenge = base64.RawURLEncoding.EncodeToString(make([]byte, 32))

func client(change ...func(*clientspec.Client)) *clients.Client {
	c := clientspec.Client{
		ID: "team.app", UID: "uid", Scopes: []string{"openid", "profile", "read"}, Audiences: []string{"api", "other"},
		Interactive: clientspec.Interactive{RedirectURIs: []string{callback}},
	}
	for _, f := range change {
		f(&c)
	}
	return clients.New(c)
}

// form returns a good request with parameters changed; "" removes one.
func form(changes map[string]string) url.Values {
	values := url.Values{
		"client_id": {"team.app"}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"openid"},
		"code_challenge": {challenge}, "code_challenge_method": {"S256"},
	}
	for name, value := range changes {
		if values.Set(name, value); value == "" {
			values.Del(name)
		}
	}
	return values
}

func parse(values url.Values, c *clients.Client) (*Request, error) {
	request, err := Target(values, c)
	if err != nil {
		return nil, err
	}
	return request, request.Complete(values, c, func(token, _ string) (string, bool) { return "local:hinted", token == "good" })
}

func codeOf(err error) string {
	if refusal, ok := errors.AsType[*httpx.Error](err); ok {
		return refusal.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// A request travels in the URL of the page behind the password.
func TestRequestsThatFitIntoNoURLAreRefused(t *testing.T) {
	long := callback + "?" + strings.Repeat("a", 2048-len(callback)-1)
	var scopes []string
	for n := range 40 {
		scopes = append(scopes, strings.Repeat("s", 126)+strconv.Itoa(10+n))
	}
	c := client(func(c *clientspec.Client) {
		c.Scopes, c.Interactive.RedirectURIs = append(c.Scopes, scopes...), []string{callback, long}
	})
	for name, test := range map[string]struct {
		changes map[string]string
		code    string
	}{
		"the longest state and redirect URI": {map[string]string{"state": strings.Repeat("s", 2048), "redirect_uri": long}, ""},
		"many long scopes":                   {map[string]string{"scope": strings.Join(scopes, " ")}, ""},
		"all of it":                          {map[string]string{"state": strings.Repeat("s", 2048), "redirect_uri": long, "scope": strings.Join(scopes, " ")}, "invalid_request"},
	} {
		if _, err := parse(form(test.changes), c); codeOf(err) != test.code {
			t.Errorf("%s: refused with %q", name, codeOf(err))
		}
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	tests := map[string]struct {
		changes map[string]string
		code    string
	}{
		"no response_type":                  {map[string]string{"response_type": ""}, "invalid_request"},
		"the implicit flow":                 {map[string]string{"response_type": "token"}, "unsupported_response_type"},
		"the hybrid flow":                   {map[string]string{"response_type": "code id_token"}, "unsupported_response_type"},
		"the response mode fragment":        {map[string]string{"response_mode": "fragment"}, "invalid_request"},
		"a request URI":                     {map[string]string{"request_uri": "https://app.example/r"}, "request_uri_not_supported"},
		"a registration":                    {map[string]string{"registration": "{}"}, "registration_not_supported"},
		"a scope that the client has not":   {map[string]string{"scope": "openid write"}, "invalid_scope"},
		"a scope in other capitals":         {map[string]string{"scope": "OpenID"}, "invalid_scope"},
		"an audience that it has not":       {map[string]string{"audience": "api/x"}, "invalid_target"},
		"a resource that it has not":        {map[string]string{"resource": "https://x"}, "invalid_target"},
		"no challenge":                      {map[string]string{"code_challenge": "", "code_challenge_method": ""}, "invalid_request"},
		"a challenge without method":        {map[string]string{"code_challenge_method": ""}, "invalid_request"},
		"a plain challenge":                 {map[string]string{"code_challenge_method": "plain"}, "invalid_request"},
		"a method without challenge":        {map[string]string{"code_challenge": ""}, "invalid_request"},
		"a challenge that is too short":     {map[string]string{"code_challenge": challenge[1:]}, "invalid_request"},
		"a challenge with padding":          {map[string]string{"code_challenge": challenge + "="}, "invalid_request"},
		"a challenge with stray bits":       {map[string]string{"code_challenge": challenge[1:] + "B"}, "invalid_request"},
		"prompt none with login":            {map[string]string{"prompt": "none login"}, "invalid_request"},
		"prompt none with none":             {map[string]string{"prompt": "none none"}, "invalid_request"},
		"a prompt that is unknown":          {map[string]string{"prompt": "Login"}, "invalid_request"},
		"a max_age that is no number":       {map[string]string{"max_age": "1s"}, "invalid_request"},
		"a max_age in the future":           {map[string]string{"max_age": "-1"}, "invalid_request"},
		"a max_age beyond everything":       {map[string]string{"max_age": "99999999999999999999"}, "invalid_request"},
		"a nonce that is too long":          {map[string]string{"nonce": strings.Repeat("n", 129)}, "invalid_request"},
		"a state that is too long":          {map[string]string{"state": strings.Repeat("s", 2049)}, "invalid_request"},
		"a form for a state of raw bytes":   {map[string]string{"state": "\xff", "response_mode": "form_post"}, "invalid_request"},
		"an id_token_hint of somebody else": {map[string]string{"id_token_hint": "bad"}, "invalid_request"},
		"hints that disagree":               {map[string]string{"id_token_hint": "good", "claims": `{"id_token":{"sub":{"value":"local:x"}}}`}, "invalid_request"},
		"claims that are no JSON":           {map[string]string{"claims": "{"}, "invalid_request"},
		"claims that are no object":         {map[string]string{"claims": "[]"}, "invalid_request"},
		"a sub that is no text":             {map[string]string{"claims": `{"id_token":{"sub":{"value":1}}}`}, "invalid_request"},
		"an essential acr that is a number": {map[string]string{"claims": `{"id_token":{"acr":{"essential":true,"value":1}}}`}, "unmet_authentication_requirements"},
		"an essential acr of userinfo":      {map[string]string{"claims": `{"userinfo":{"acr":{"essential":true,"value":"2"}}}`}, "unmet_authentication_requirements"},
		"an essential acr":                  {map[string]string{"claims": `{"id_token":{"acr":{"essential":true,"values":["2"]}}}`}, "unmet_authentication_requirements"},
		"a redirect URI of nobody":          {map[string]string{"redirect_uri": "https://evil.example/cb"}, "invalid_request"},
		"no redirect URI with openid":       {map[string]string{"redirect_uri": ""}, "invalid_request"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := parse(form(test.changes), client()); codeOf(err) != test.code {
				t.Errorf("refused with %q", codeOf(err))
			}
		})
	}
}

// What is needed of a request without challenge, and the field that the refusal names.
func TestRequestsWithoutChallenge(t *testing.T) {
	const none = oauthv1alpha1.AuthenticationNone
	for name, test := range map[string]struct {
		pkce         oauthv1alpha1.PKCE
		method       oauthv1alpha1.AuthenticationMethod
		scope, nonce string
		says         string
	}{
		"Auto, with a nonce":                  {"Auto", "client_secret_basic", "openid", "n", ""},
		"Auto, with a nonce and no openid":    {"Auto", "client_secret_basic", "read", "n", "spec.pkce"},
		"Auto, without":                       {"Auto", "client_secret_basic", "openid", "", "spec.pkce"},
		"Auto, with a key":                    {"Auto", "private_key_jwt", "openid", "n", ""},
		"Required, with a nonce":              {"Required", "client_secret_basic", "openid", "n", "spec.pkce"},
		"public, with a nonce":                {"Required", none, "openid", "n", "authentication.method none"},
		"Optional, without":                   {"Optional", "client_secret_basic", "read", "", ""},
		"what nobody has decided, is refused": {"", "client_secret_basic", "openid", "n", "spec.pkce"},
	} {
		t.Run(name, func(t *testing.T) {
			c := client(func(c *clientspec.Client) { c.Interactive.PKCE, c.Method = test.pkce, test.method })
			_, err := parse(form(map[string]string{"code_challenge": "", "code_challenge_method": "", "scope": test.scope, "nonce": test.nonce}), c)
			if (err == nil) != (test.says == "") || err != nil && (codeOf(err) != "invalid_request" || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("answered %v", err)
			}
		})
	}
}

// What could be wrong with the place itself is never sent there.
func TestErrorsForTheUserAreFoundFirst(t *testing.T) {
	for name, test := range map[string]struct {
		changes map[string]string
		client  *clients.Client
	}{
		"an unknown client":            {nil, nil},
		"a client without redirects":   {nil, client(func(c *clientspec.Client) { c.Interactive.RedirectURIs = nil })},
		"a redirect URI of nobody":     {map[string]string{"redirect_uri": "https://evil.example/cb", "response_type": "x"}, client()},
		"one of two, and none is said": {map[string]string{"redirect_uri": "", "scope": "read"}, client(func(c *clientspec.Client) { c.Interactive.RedirectURIs = []string{callback, callback + "2"} })},
	} {
		t.Run(name, func(t *testing.T) {
			if request, err := Target(form(test.changes), test.client); err == nil {
				t.Errorf("the answer would go to %s", request.RedirectURI)
			}
		})
	}
}

func TestRequestsThatAreTaken(t *testing.T) {
	age := 0 * time.Second
	tests := map[string]struct {
		changes map[string]string
		client  *clients.Client
		check   func(*Request) bool
	}{
		"the usual one": {nil, client(), func(r *Request) bool {
			return r.Mode == ModeQuery && r.RedirectSent && slices.Equal(r.Scopes, []string{"openid"}) && len(r.Challenge) == 32 && len(r.State) == 0
		}},
		"one of OAuth without redirect URI": {map[string]string{"redirect_uri": "", "scope": "read"}, client(), func(r *Request) bool {
			return r.RedirectURI == callback && !r.RedirectSent
		}},
		"no scope at all":        {map[string]string{"scope": ""}, client(), func(r *Request) bool { return r.Scopes == nil && r.Offline() }},
		"a scope twice":          {map[string]string{"scope": "openid read  openid"}, client(), func(r *Request) bool { return slices.Equal(r.Scopes, []string{"openid", "read"}) }},
		"openid ends with login": {nil, client(), func(r *Request) bool { return !r.Offline() }},
		"audiences": {map[string]string{"audience": "api other", "resource": "api"}, client(), func(r *Request) bool {
			return slices.Equal(r.Audiences, []string{"api", "other"})
		}},
		"no challenge of a client that need not": {
			map[string]string{"code_challenge": "", "code_challenge_method": ""},
			client(func(c *clientspec.Client) { c.Interactive.PKCE = oauthv1alpha1.PKCEOptional }), func(r *Request) bool { return r.Challenge == nil },
		},
		"a nonce in place of a challenge": {
			map[string]string{"code_challenge": "", "code_challenge_method": "", "nonce": "n"},
			client(func(c *clientspec.Client) { c.Interactive.PKCE = oauthv1alpha1.PKCEAuto }), func(r *Request) bool { return r.Challenge == nil && r.Nonce == "n" },
		},
		"every prompt but none": {map[string]string{"prompt": "login consent select_account"}, client(), func(r *Request) bool { return r.Login && r.Consent && !r.None }},
		"max_age 0":             {map[string]string{"max_age": "0"}, client(), func(r *Request) bool { return r.MaxAge != nil && *r.MaxAge == age }},
		"a hint":                {map[string]string{"id_token_hint": "good", "login_hint": "alice"}, client(), func(r *Request) bool { return r.Subject == "local:hinted" && r.LoginHint == "alice" }},
		"a huge login_hint":     {map[string]string{"login_hint": strings.Repeat("a", 257)}, client(), func(r *Request) bool { return r.LoginHint == "" }},
		"raw bytes as state":    {map[string]string{"state": "\x00\xff &=+%"}, client(), func(r *Request) bool { return string(r.State) == "\x00\xff &=+%" }},
		"claims": {map[string]string{"claims": `{"userinfo":{"name":{"essential":true},"email":null,"nonsense":null},"id_token":{"picture":null,"sub":{"value":"local:a"},"auth_time":{"essential":true}}}`},
			client(), func(r *Request) bool {
				return slices.Equal(r.Userinfo.Names(), []string{"name"}) && slices.Equal(r.IDToken.Names(), []string{"picture"}) &&
					slices.Equal(r.Asks(client()).Scopes, []string{"openid", "profile"}) && slices.Equal(r.Scopes, []string{"openid"}) && r.Subject == "local:a"
			}},
		"what is not known": {map[string]string{"display": "popup", "ui_locales": "de en", "claims_locales": "de", "acr_values": "1 2", "extra": "x"}, client(), func(*Request) bool { return true }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			request, err := parse(form(test.changes), test.client)
			if err != nil {
				t.Fatal(err)
			}
			if !test.check(request) {
				t.Errorf("read as %+v", request)
			}
		})
	}
}

// A request that asks for acr is answered one, whatever it wishes.
func TestRequestsForACR(t *testing.T) {
	const password = identity.ACRPassword
	for name, test := range map[string]struct {
		changes map[string]string
		asked   bool
	}{
		"not asked for":                  {nil, false},
		"acr_values":                     {map[string]string{"acr_values": "2 1"}, true},
		"acr_values without openid":      {map[string]string{"acr_values": "1", "scope": "read"}, false},
		"a claim":                        {map[string]string{"claims": `{"id_token":{"acr":null}}`}, true},
		"a claim with a wish":            {map[string]string{"claims": `{"id_token":{"acr":{"values":["2"]}}}`}, true},
		"an essential claim":             {map[string]string{"claims": `{"id_token":{"acr":{"essential":true}}}`}, true},
		"an essential one that is met":   {map[string]string{"claims": `{"id_token":{"acr":{"essential":true,"values":["2","` + password + `"]}}}`}, true},
		"an essential value that is met": {map[string]string{"claims": `{"id_token":{"acr":{"essential":true,"value":"` + password + `"}}}`}, true},
		"a claim of userinfo":            {map[string]string{"claims": `{"userinfo":{"acr":null}}`}, false},
	} {
		request, err := parse(form(test.changes), client())
		if err != nil || request.IDToken.Has(grants.ClaimACR) != test.asked || request.Userinfo.Has(grants.ClaimACR) {
			t.Errorf("%s: %+v, %v", name, request, err)
		}
	}
}

func FuzzRequest(f *testing.F) {
	f.Add("code", "openid", "s", "none", "1", `{"userinfo":{"name":null}}`, challenge)
	f.Fuzz(func(t *testing.T, responseType, scope, state, prompt, age, claims, challenge string) {
		request, err := parse(form(map[string]string{
			"response_type": responseType, "scope": scope, "state": state, "prompt": prompt, "max_age": age, "claims": claims, "code_challenge": challenge,
		}), client())
		if err != nil {
			if _, ok := errors.AsType[*httpx.Error](err); !ok {
				t.Errorf("not an error of OAuth: %v", err)
			}
			return
		}
		for _, scope := range request.Asks(client()).Scopes {
			if !slices.Contains([]string{"openid", "profile", "read"}, scope) {
				t.Errorf("the person would be asked for %q", scope)
			}
		}
		if request.None && (request.Login || request.Consent) {
			t.Error("something is to be shown although nothing may")
		}
	})
}

// A client that must push its requests is refused what it did not push, also while a page
// is open.
func TestRequestsThatMustBePushed(t *testing.T) {
	required := client(func(c *clientspec.Client) { c.Interactive.PushedAuthorization = true })
	_, err := parse(form(nil), required)
	if codeOf(err) != httpx.CodeInvalidRequest || !strings.Contains(err.Error(), "spec.pushedAuthorization") || !strings.Contains(err.Error(), "/par") {
		t.Errorf("got %v", err)
	}
	if _, err := parse(form(map[string]string{"response_type": "token"}), required); codeOf(err) != httpx.CodeInvalidRequest {
		t.Errorf("another error is told first: %v", err)
	}
	open, err := parse(form(nil), client())
	if err != nil || open.Allowed(client()) != nil {
		t.Fatal(err)
	}
	if err := open.Allowed(required); codeOf(err) != httpx.CodeInvalidRequest {
		t.Errorf("while a page is open: %v", err)
	}
	pushed, err := Target(form(nil), required)
	if err != nil {
		t.Fatal(err)
	}
	pushed.Pushed = &Pushed{}
	if err := pushed.Complete(form(nil), required, nil); err != nil || pushed.Allowed(required) != nil {
		t.Errorf("a request that was pushed: %v", err)
	}
}

// A client that must sign its requests is refused what it did not sign, also while a page is
// open, and also if it was pushed.
func TestRequestsThatMustBeSigned(t *testing.T) {
	required := client(func(c *clientspec.Client) { c.Interactive.SignedRequests = true })
	_, err := parse(form(map[string]string{"response_type": "token"}), required)
	if codeOf(err) != httpx.CodeInvalidRequest || !strings.Contains(err.Error(), "spec.signedRequests") {
		t.Errorf("got %v", err)
	}
	for name, change := range map[string]func(*Request){"brought": func(*Request) {}, "pushed": func(r *Request) { r.Pushed = &Pushed{} }} {
		open, err := Target(form(nil), required)
		if err != nil {
			t.Fatal(err)
		}
		change(open)
		if err := open.Complete(form(nil), required, nil); codeOf(err) != httpx.CodeInvalidRequest {
			t.Errorf("%s: %v", name, err)
		}
		if err := open.Allowed(required); codeOf(err) != httpx.CodeInvalidRequest {
			t.Errorf("%s, while a page is open: %v", name, err)
		}
		open.Signed = true
		if err := open.Complete(form(nil), required, nil); err != nil || open.Allowed(required) != nil {
			t.Errorf("%s and signed: %v", name, err)
		}
	}
}

// What a request_uri from elsewhere says is unknown, also where the answer would go.
func TestARequestURIFromElsewhere(t *testing.T) {
	for name, changes := range map[string]map[string]string{
		"alone": {"redirect_uri": ""}, "with a redirect URI": nil, "with another one": {"redirect_uri": "https://evil.example/"},
	} {
		values := form(changes)
		values.Set("request_uri", "https://app.example/request.jwt")
		if _, err := parse(values, client()); codeOf(err) != codeRequestURINotSupported {
			t.Errorf("%s: %v", name, err)
		}
	}
}
