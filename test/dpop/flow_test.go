package dpop

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/dpop/dpoptest"
	"github.com/grantor-dev/grantor/test/installation"
)

// The whole way of a token that is bound, at one replica and another, for each kind of client
// and token.
func TestBoundToken(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		changes   []func(*oauthv1alpha1.OAuthClient)
		algorithm string
	}{
		"JWT":                     {nil, "ES256"},
		"opaque":                  {[]func(*oauthv1alpha1.OAuthClient){opaque}, "EdDSA"},
		"without a secret":        {[]func(*oauthv1alpha1.OAuthClient){public}, "PS256"},
		"opaque, without secret":  {[]func(*oauthv1alpha1.OAuthClient){public, opaque}, "Ed25519"},
		"a client that needs one": {[]func(*oauthv1alpha1.OAuthClient){bound(oauthv1alpha1.AccessTokenBindingDPoP)}, "ES256"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProgram(t, test.changes...).with(dpoptest.NewKeyFor(t, test.algorithm))
			checkBound(t, p, p.tokens(t))
		})
	}
}

func checkBound(t *testing.T, p program, tokens map[string]any) {
	t.Helper()
	thumbprint := p.key.Thumbprint(t)
	access, _ := tokens["access_token"].(string)
	if !strings.HasPrefix(access, "gat_") {
		if got := confirmation(t, access); got["jkt"] != thumbprint {
			t.Errorf("cnf is %v", got)
		}
	}
	if p.Secret != "" {
		answer := p.bare(t, "/introspect", url.Values{"token": {access}})
		cnf, _ := answer.JSON["cnf"].(map[string]any)
		if answer.JSON["active"] != true || answer.JSON["token_type"] != "DPoP" || cnf["jkt"] != thumbprint || len(cnf) != 1 {
			t.Errorf("introspection says %s", answer.Body)
		}
	}
	if answer := p.replica(t, 1).userinfo(t, "DPoP", access, p.shown(access)); answer.Status != http.StatusOK || answer.JSON["preferred_username"] != "alice" {
		t.Errorf("userinfo answers %d %s", answer.Status, answer.Body)
	} else if answer.Header.Get("DPoP-Nonce") == "" {
		t.Error("userinfo gives no nonce")
	}
	other := p.with(dpoptest.NewKey(t))
	used := p.shown(access)
	p.userinfo(t, "DPoP", access, used)
	for what, test := range map[string]struct {
		scheme string
		proofs []string
		code   string
	}{
		"as Bearer":                   {"Bearer", []string{p.shown(access)}, "invalid_token"},
		"as Bearer without a proof":   {"Bearer", nil, "invalid_token"},
		"without a proof":             {"DPoP", nil, "invalid_dpop_proof"},
		"with another key":            {"DPoP", []string{other.shown(access)}, "invalid_dpop_proof"},
		"with the proof of a request": {"DPoP", []string{p.proof(http.MethodGet, "/userinfo", nil)}, "invalid_dpop_proof"},
		"with two proofs":             {"DPoP", []string{p.shown(access), p.shown(access)}, "invalid_dpop_proof"},
		"with a proof once more":      {"DPoP", []string{used}, "invalid_dpop_proof"},
	} {
		answer := p.userinfo(t, test.scheme, access, test.proofs...)
		challenge := answer.Header.Get("WWW-Authenticate")
		if answer.Status != http.StatusUnauthorized || answer.Code() != test.code ||
			!strings.HasPrefix(challenge, "DPoP ") || !strings.Contains(challenge, `algs="ES256 EdDSA Ed25519 PS256"`) || !strings.Contains(challenge, `error="`+test.code+`"`) {
			t.Errorf("userinfo %s answers %d %s, challenge %s", what, answer.Status, answer.Body, challenge)
		}
	}
}

// A token that is not bound is a Bearer token as ever, and no other.
func TestUnboundToken(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	code, verifier := p.code(t, nil)
	tokens := given(t, p.bare(t, "/token", p.redemption(code, verifier)), "Bearer")
	access, _ := tokens["access_token"].(string)
	if got := confirmation(t, access); got != nil {
		t.Errorf("cnf is %v", got)
	}
	if answer := p.userinfo(t, "Bearer", access); answer.Status != http.StatusOK {
		t.Errorf("as Bearer: %d %s", answer.Status, answer.Body)
	}
	if answer := p.userinfo(t, "DPoP", access, p.shown(access)); answer.Status != http.StatusUnauthorized || answer.Code() != "invalid_token" {
		t.Errorf("as DPoP: %d %s", answer.Status, answer.Body)
	}
	answer := p.userinfo(t, "Basic", "x")
	if list := answer.Header.Values("WWW-Authenticate"); len(list) != 2 || !strings.HasPrefix(list[0], "Bearer ") || !strings.HasPrefix(list[1], "DPoP ") {
		t.Errorf("without a token: %d %v", answer.Status, list)
	}
}

// The refresh tokens of a client without a secret are bound to the key, those of others to
// their client. A wrong key neither uses up nor ends anything.
func TestRefreshTokens(t *testing.T) {
	t.Parallel()
	t.Run("without a secret", func(t *testing.T) {
		t.Parallel()
		p := newProgram(t, public)
		first := p.tokens(t)
		second := given(t, p.replica(t, 1).post(t, "/token", refreshing(first)), "DPoP")
		third := given(t, p.replica(t, 2).post(t, "/token", refreshing(second)), "DPoP")
		other := p.with(dpoptest.NewKey(t))
		for what, tokens := range map[string]map[string]any{"the newest": third, "the one before": second, "the first": first} {
			denied(t, what+" with another key", other.post(t, "/token", refreshing(tokens)), "invalid_grant")
			denied(t, what+" without a proof", p.bare(t, "/token", refreshing(tokens)), "invalid_grant")
		}
		fourth := given(t, p.post(t, "/token", refreshing(third)), "DPoP")
		checkBound(t, p, fourth)
		denied(t, "a stolen one", p.post(t, "/token", refreshing(second)), "invalid_grant")
		denied(t, "after that", p.post(t, "/token", refreshing(fourth)), "invalid_grant")
	})
	t.Run("with a secret", func(t *testing.T) {
		t.Parallel()
		p := newProgram(t)
		tokens := p.tokens(t)
		other := p.with(dpoptest.NewKey(t))
		tokens = given(t, other.post(t, "/token", refreshing(tokens)), "DPoP")
		checkBound(t, other, tokens)
		given(t, p.bare(t, "/token", refreshing(tokens)), "Bearer")
	})
}

// A client that begins to send proofs has bound refresh tokens from then on, and what was
// issued before shows a theft as ever.
func TestClientThatBeginsToProve(t *testing.T) {
	t.Parallel()
	p := newProgram(t, public)
	code, verifier := p.code(t, nil)
	first := given(t, p.bare(t, "/token", p.redemption(code, verifier)), "Bearer")
	second := given(t, p.post(t, "/token", refreshing(first)), "DPoP")
	denied(t, "the bound one without a proof", p.bare(t, "/token", refreshing(second)), "invalid_grant")
	third := given(t, p.post(t, "/token", refreshing(second)), "DPoP")
	denied(t, "one of before, late", p.bare(t, "/token", refreshing(first)), "invalid_grant")
	denied(t, "after that", p.post(t, "/token", refreshing(third)), "invalid_grant")
}

// What the authorization request names, or proves, is what the code is bound to.
func TestBoundCodes(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*oauthv1alpha1.OAuthClient){"with a secret": func(*oauthv1alpha1.OAuthClient) {}, "without a secret": public} {
		p := newProgram(t, change)
		thumbprint := p.key.Thumbprint(t)
		pushed := func(t *testing.T, form url.Values) (code, verifier string) {
			t.Helper()
			to, verifier := p.AuthorizationURL(form)
			u, err := url.Parse(to)
			if err != nil {
				t.Fatal(err)
			}
			answer := p.post(t, "/par", u.Query())
			uri, _ := answer.JSON["request_uri"].(string)
			v := visitor(t)
			view := v.Through(t, v.Get(t, p.Issuer+"/authorize?"+url.Values{"client_id": {p.ID}, "request_uri": {uri}}.Encode()), "alice")
			return view.Param("code"), verifier
		}
		for how, begin := range map[string]func(*testing.T) (code, verifier string){
			"dpop_jkt": func(t *testing.T) (string, string) { return p.code(t, url.Values{"dpop_jkt": {thumbprint}}) },
			"pushed":   func(t *testing.T) (string, string) { return pushed(t, nil) },
			"both":     func(t *testing.T) (string, string) { return pushed(t, url.Values{"dpop_jkt": {thumbprint}}) },
		} {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				form := func(of url.Values) url.Values { return of }
				code, verifier := begin(t)
				denied(t, "without a proof", p.bare(t, "/token", form(p.redemption(code, verifier))), "invalid_grant")
				denied(t, "with another key", p.with(dpoptest.NewKey(t)).post(t, "/token", form(p.redemption(code, verifier))), "invalid_grant")
				denied(t, "with another key and verifier", p.with(dpoptest.NewKey(t)).post(t, "/token", form(p.redemption(code, "x"))), "invalid_grant")
				given(t, p.replica(t, 1).post(t, "/token", p.redemption(code, verifier)), "DPoP")
			})
		}
	}
}

func TestAuthorizationRequestsThatAreRefused(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	to, _ := p.AuthorizationURL(url.Values{"dpop_jkt": {"nonsense"}})
	if view := visitor(t).Get(t, to); view.Param("error") != "invalid_request" {
		t.Errorf("a thumbprint that is none leads to %v", view.Elsewhere)
	}
	to, _ = p.AuthorizationURL(url.Values{"dpop_jkt": {dpoptest.NewKey(t).Thumbprint(t)}})
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	denied(t, "dpop_jkt of another key", p.post(t, "/par", u.Query()), "invalid_dpop_proof")
}

// A device that proves a key at the beginning must prove it at the end.
func TestDevices(t *testing.T) {
	t.Parallel()
	p := newProgram(t, public, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantDeviceCode, oauthv1alpha1.GrantRefreshToken}
		c.Spec.RedirectURIs = nil
	})
	begun := p.post(t, "/device_authorization", url.Values{"scope": {"openid profile offline_access"}})
	if begun.Status != http.StatusOK || begun.Header.Get("DPoP-Nonce") == "" {
		t.Fatalf("/device_authorization answers %d %s", begun.Status, begun.Body)
	}
	link, _ := begun.JSON["verification_uri_complete"].(string)
	code, _ := begun.JSON["device_code"].(string)
	v := visitor(t)
	v.Decide(t, v.SignIn(t, v.Get(t, link), "alice", "alice-password"), "allow")
	poll := func() url.Values {
		return url.Values{"grant_type": {string(oauthv1alpha1.GrantDeviceCode)}, "device_code": {code}}
	}
	denied(t, "another key", p.with(dpoptest.NewKey(t)).post(t, "/token", poll()), "invalid_grant")
	denied(t, "no proof", p.bare(t, "/token", poll()), "invalid_grant")
	var answer installation.Answer
	installation.Eventually(t, convergence, func() bool {
		answer = p.post(t, "/token", poll())
		return answer.Code() != "authorization_pending" && answer.Code() != "slow_down"
	}, func() string { return "answer that is not " + answer.Body })
	tokens := given(t, answer, "DPoP")
	denied(t, "another key, later", p.with(dpoptest.NewKey(t)).post(t, "/token", poll()), "invalid_grant")
	checkBound(t, p, given(t, p.post(t, "/token", refreshing(tokens)), "DPoP"))
}

// The key that was first has the session, also while the token of before can be used again.
func TestFirstKeyKeepsTheSession(t *testing.T) {
	t.Parallel()
	p := newProgram(t, public, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Tokens.RefreshToken.Retry = oauthv1alpha1.RefreshTokenRetryUntilUsed
	})
	code, verifier := p.code(t, nil)
	first := given(t, p.bare(t, "/token", p.redemption(code, verifier)), "Bearer")
	second := given(t, p.post(t, "/token", refreshing(first)), "DPoP")
	denied(t, "another key", p.with(dpoptest.NewKey(t)).post(t, "/token", refreshing(first)), "invalid_grant")
	denied(t, "no proof", p.bare(t, "/token", refreshing(first)), "invalid_grant")
	if again := given(t, p.post(t, "/token", refreshing(first)), "DPoP"); again["refresh_token"] != second["refresh_token"] {
		t.Error("a lost answer is not given again")
	}
	given(t, p.post(t, "/token", refreshing(second)), "DPoP")
}
