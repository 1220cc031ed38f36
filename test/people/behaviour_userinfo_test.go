package people

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// complete fills in a whole profile.
func complete(u *oauthv1alpha1.OAuthUser) {
	u.Spec.Groups = []string{"devs", "admins"}
	u.Spec.OAuthUserProfile = oauthv1alpha1.OAuthUserProfile{
		DisplayName: "Carol Complete", GivenName: "Carol", FamilyName: "Complete", Email: "carol@example.com",
		MiddleName: "Q.", Nickname: "Caro", ProfileURI: "https://example.com/carol", WebsiteURI: "https://carol.example", Gender: "female", Birthdate: "1990-12-31",
		PictureURI: "https://example.com/carol.png", Locale: "en-GB", Zoneinfo: "Europe/London", UpdatedAt: &metav1.Time{Time: time.Unix(1767323045, 0)},
		PhoneNumber: "+441234567890", PhoneNumberVerified: true,
		Address: &oauthv1alpha1.PostalAddress{
			Formatted: "1 Some Street\nLondon", StreetAddress: "1 Some Street", Locality: "London", Region: "Greater London", PostalCode: "W1A 1AA", Country: "UK",
		},
	}
}

// wholeProfile is what a complete person is known by, by scope.
func wholeProfile(username string) map[string]claims {
	return map[string]claims{
		"profile": {
			"name": "Carol Complete", "given_name": "Carol", "family_name": "Complete", "preferred_username": username,
			"middle_name": "Q.", "nickname": "Caro", "profile": "https://example.com/carol", "website": "https://carol.example", "gender": "female", "birthdate": "1990-12-31",
			"picture": "https://example.com/carol.png", "locale": "en-GB", "zoneinfo": "Europe/London", "updated_at": 1767323045.0,
		},
		"email": {"email": "carol@example.com", "email_verified": true},
		"phone": {"phone_number": "+441234567890", "phone_number_verified": true},
		"address": {"address": map[string]any{
			"formatted": "1 Some Street\nLondon", "street_address": "1 Some Street", "locality": "London", "region": "Greater London", "postal_code": "W1A 1AA", "country": "UK",
		}},
		"groups": {"groups": []any{"devs", "admins"}},
	}
}

// protocol are the claims of an ID token that say nothing of the person.
var protocol = []string{"iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "amr", "at_hash", "nonce"}

// personal returns the claims about a person.
func personal(all claims) claims {
	out := maps.Clone(all)
	for _, name := range protocol {
		delete(out, name)
	}
	return out
}

// exactly checks that a scope gives its claims and no others, at userinfo and in the
// ID token.
func exactly(t *testing.T, scopes ...string) {
	t.Helper()
	t.Parallel()
	app, person := newApp(t), newPerson(t, complete)
	tokens := app.Tokens(t, visitor(t), person.Spec.Username, url.Values{"scope": {strings.Join(append([]string{"openid"}, scopes...), " ")}})
	wanted := claims{}
	for _, scope := range scopes {
		maps.Copy(wanted, wholeProfile(person.Spec.Username)[scope])
	}
	for where, got := range map[string]claims{"userinfo": about(t, app, tokens), "the ID token": identified(t, app, tokens)} {
		if !reflect.DeepEqual(personal(got), wanted) {
			t.Errorf("%s has %v, not %v", where, personal(got), wanted)
		}
		if got["sub"] == nil {
			t.Errorf("%s has no sub", where)
		}
	}
}

func TestScopeNone(t *testing.T)    { exactly(t) }
func TestScopeProfile(t *testing.T) { exactly(t, "profile") }
func TestScopeEmail(t *testing.T)   { exactly(t, "email") }
func TestScopeAddress(t *testing.T) { exactly(t, "address") }
func TestScopePhone(t *testing.T)   { exactly(t, "phone") }
func TestScopeGroups(t *testing.T)  { exactly(t, "groups") }
func TestScopeAll(t *testing.T)     { exactly(t, "profile", "email", "address", "phone", "groups") }

func TestUserinfoGet(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	tokens := app.Tokens(t, visitor(t), "alice", url.Values{"scope": {"openid email"}})
	if who := about(t, app, tokens); who["email"] != "alice@example.com" {
		t.Errorf("userinfo says %v", who)
	}
	if answer := userinfo(t, app.Issuer, bearer(tokens)); answer.Header.Get("Cache-Control") != "no-store" || answer.Header.Get("Content-Type") != "application/json" {
		t.Errorf("userinfo has the headers %v", answer.Header)
	}
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, app.Issuer+"/userinfo?access_token="+bearer(tokens), http.NoBody)
	if answer := installation.Do(t, request); answer.Status != http.StatusUnauthorized {
		t.Errorf("a token in the URL is answered %d %s", answer.Status, answer.Body)
	}
}

func TestUserinfoPostHeader(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	tokens := app.Tokens(t, visitor(t), "alice", nil)
	for _, kind := range []string{"", "application/x-www-form-urlencoded"} {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, app.Issuer+"/userinfo", http.NoBody)
		request.Header.Set("Authorization", "bearer "+bearer(tokens))
		if kind != "" {
			request.Header.Set("Content-Type", kind)
		}
		if answer := installation.Do(t, request); answer.Status != http.StatusOK || answer.JSON["sub"] == nil {
			t.Errorf("userinfo answers %d %s", answer.Status, answer.Body)
		}
	}
}

func TestUserinfoPostBody(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	tokens := app.Tokens(t, visitor(t), "alice", nil)
	request := postForm(t, app.Issuer+"/userinfo", nil, map[string]string{"access_token": bearer(tokens)})
	if answer := installation.Do(t, request); answer.Status != http.StatusOK || answer.JSON["sub"] == nil {
		t.Errorf("userinfo answers %d %s", answer.Status, answer.Body)
	}
	request = postForm(t, app.Issuer+"/userinfo", nil, map[string]string{"access_token": bearer(tokens)})
	request.Header.Set("Authorization", "Bearer "+bearer(tokens))
	if answer := installation.Do(t, request); answer.Status != http.StatusBadRequest || answer.Code() != "invalid_request" {
		t.Errorf("a token sent twice is answered %d %s", answer.Status, answer.Body)
	}
}

// Any scope about the person is enough, also without openid, and gives no more than it
// says; claims that were asked for by name belong to openid.
func TestUserinfoWithoutOpenID(t *testing.T) {
	t.Parallel()
	app, person, v := newApp(t), newPerson(t, complete), visitor(t)
	sub := about(t, app, app.Tokens(t, v, person.Spec.Username, nil))["sub"]
	for scope, wanted := range wholeProfile(person.Spec.Username) {
		for _, also := range []string{"", " read offline_access"} {
			tokens := app.Tokens(t, v, person.Spec.Username, url.Values{"scope": {scope + also}, "claims": {`{"userinfo":{"name":null,"phone_number":null}}`}})
			if got := about(t, app, tokens); got["sub"] != sub || !reflect.DeepEqual(personal(got), wanted) || tokens["id_token"] != nil {
				t.Errorf("with the scope %s userinfo has %v, the answer %v", scope+also, got, tokens)
			}
		}
	}
	tokens := app.Tokens(t, v, person.Spec.Username, url.Values{"scope": {"openid email"}, "claims": {`{"userinfo":{"name":null}}`}})
	narrow := tokensOf(t, app.Refresh(t, refresh(tokens), url.Values{"scope": {"email"}}))
	if got := about(t, app, narrow); !reflect.DeepEqual(personal(got), wholeProfile("")["email"]) {
		t.Errorf("a token narrowed to email gets %v", got)
	}
}

// RFC 6750 section 3.1: which error a token gets.
func TestUserinfoRefuses(t *testing.T) {
	t.Parallel()
	app := newApp(t, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = append([]oauthv1alpha1.GrantType{}, "authorization_code", "refresh_token", "client_credentials")
	})
	v := visitor(t)
	tokens := app.Tokens(t, v, "alice", nil)
	oauth := app.Tokens(t, v, "alice", url.Values{"scope": {"read"}})
	own := tokensOf(t, app.Ask(t, url.Values{"grant_type": {"client_credentials"}}, nil))
	for name, test := range map[string]struct {
		token, code string
		status      int
	}{
		"no identity scope":   {bearer(oauth), "insufficient_scope", 403},
		"the client's own":    {bearer(own), "invalid_token", 401},
		"an ID token":         {text(tokens["id_token"]), "invalid_token", 401},
		"a refresh token":     {refresh(tokens), "invalid_token", 401},
		"a broken signature":  {bearer(tokens)[:len(bearer(tokens))-4] + "AAAA", "invalid_token", 401},
		"none":                {"", "invalid_token", 401},
		"something else":      {"x", "invalid_token", 401},
		"quotes and controls": {`"\` + "\u00fc", "invalid_token", 401},
	} {
		t.Run(name, func(t *testing.T) {
			answer := userinfo(t, app.Issuer, test.token)
			challenge := answer.Header.Get("WWW-Authenticate")
			if answer.Status != test.status || answer.Code() != test.code || !strings.Contains(challenge, fmt.Sprintf("error=%q", test.code)) {
				t.Errorf("answered %d %s with the challenge %s", answer.Status, answer.Body, challenge)
			}
		})
	}
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, app.Issuer+"/userinfo", http.NoBody)
	if answer := installation.Do(t, request); answer.Status != 401 || !strings.HasPrefix(answer.Header.Get("WWW-Authenticate"), "Bearer ") || strings.Contains(answer.Header.Get("WWW-Authenticate"), "error") {
		t.Errorf("no token is answered %d with the challenge %s", answer.Status, answer.Header.Get("WWW-Authenticate"))
	}
}

// oidcc-claims-essential: a claim that is asked for by name comes without its scope.
func TestClaimsEssential(t *testing.T) {
	t.Parallel()
	app, person := newApp(t), newPerson(t, complete)
	tokens := app.Tokens(t, visitor(t), person.Spec.Username, url.Values{
		"claims": {`{"userinfo":{"name":{"essential":true},"unknown":{"essential":true}},"id_token":{"email":null,"auth_time":{"essential":true},"acr":{"values":["x"]}}}`},
	})
	if got := personal(about(t, app, tokens)); !reflect.DeepEqual(got, claims{"name": "Carol Complete"}) {
		t.Errorf("userinfo has %v", got)
	}
	if got := personal(identified(t, app, tokens)); !reflect.DeepEqual(got, claims{"email": "carol@example.com"}) {
		t.Errorf("the ID token has %v", got)
	}
	next := tokensOf(t, app.Refresh(t, refresh(tokens), nil))
	if got := personal(about(t, app, next)); !reflect.DeepEqual(got, claims{"name": "Carol Complete"}) {
		t.Errorf("after a refresh userinfo has %v", got)
	}
}

func TestClaimsThatCannotBeMet(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	app.Tokens(t, v, "alice", nil)
	for text, code := range map[string]string{
		`{"id_token":{"acr":{"essential":true,"values":["urn:x"]}}}`: "unmet_authentication_requirements",
		`{"id_token":{"sub":{"value":"local:somebody-else"}}}`:       "login_required",
		`{"id_token":{"sub":{"value":7}}}`:                           "invalid_request",
		`[]`:                                                         "invalid_request", `{"id_token":[]}`: "invalid_request", `{`: "invalid_request", `"x"`: "invalid_request",
	} {
		view, _ := authorize(t, app, v, url.Values{"claims": {text}, "prompt": {"none"}})
		refusedTo(t, app, view, code)
	}
	for _, harmless := range []string{`{}`, `{"id_token":null}`, `{"userinfo":{"":null,"x":{"value":{"deep":[1]}}},"other":1}`} {
		view, _ := authorize(t, app, v, url.Values{"claims": {harmless}, "prompt": {"none"}})
		answered(t, view)
	}
}
