package assertions

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// Every algorithm that discovery lists works, at every endpoint where clients
// authenticate, and whichever of its two names the server is called by.
func TestSignedAssertions(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	document := get(t, g.Issuer+"/.well-known/openid-configuration")
	for _, endpoint := range []string{"token", "introspection", "revocation"} {
		listed, _ := document.JSON[endpoint+"_endpoint_auth_signing_alg_values_supported"].([]any)
		if len(listed) != 4 {
			t.Fatalf("%s lists %v", endpoint, listed)
		}
		methods, _ := json.Marshal(document.JSON[endpoint+"_endpoint_auth_methods_supported"])
		if !strings.Contains(string(methods), `"private_key_jwt"`) {
			t.Errorf("%s lists %s", endpoint, methods)
		}
	}
	for _, alg := range document.JSON["token_endpoint_auth_signing_alg_values_supported"].([]any) {
		s := newSigner(t, alg.(string))
		c := g.Create(t, installation.Service(namespace, strings.ToLower(alg.(string)), byKeys(newSigner(t, s.alg).jwk(t, "other"), s.jwk(t, ""))))
		known(t, g, c, func() url.Values { return form(c.ClientID(), s.assertion(t, c.ClientID(), g.Issuer)) })
		for _, server := range g.Servers {
			at := server.Options().URL
			request := form(c.ClientID(), s.assertion(t, c.ClientID(), g.Issuer+"/token"))
			request.Del("client_id") // the assertion names it
			token := granted(t, installation.Post(t, at+"/token", "", "", request))
			// RFC 9126 section 2 names the endpoint, too.
			granted(t, installation.Post(t, at+"/token", "", "", form(c.ClientID(), s.assertion(t, c.ClientID(), g.Issuer+"/par"))))
			for _, path := range []string{"/introspect", "/revoke"} {
				request = form(c.ClientID(), s.assertion(t, c.ClientID(), g.Issuer))
				request.Set("token", token)
				if answer := installation.Post(t, at+path, "", "", request); answer.Status != http.StatusOK {
					t.Errorf("%s: %s answers %d %s", s.alg, path, answer.Status, answer.Body)
				}
			}
		}
	}
}

func TestSignedAssertionsThatDoNotCount(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	s, stranger := newSigner(t, "ES256"), newSigner(t, "ES256")
	c := g.Create(t, installation.Service(namespace, "app", byKeys(s.jwk(t, "a")), func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Authentication.SigningAlgorithms = []oauthv1alpha1.AssertionAlgorithm{"ES256", "PS256"}
	}))
	rsa := newSigner(t, "PS256")
	r := g.Create(t, installation.Service(namespace, "rsa", byKeys(rsa.jwk(t, "r")), func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Authentication.SigningAlgorithms = []oauthv1alpha1.AssertionAlgorithm{"PS256"}
	}))
	id, to := c.ClientID(), g.Issuer+"/token"
	known(t, g, c, func() url.Values { return form(id, s.assertion(t, id, g.Issuer)) })
	known(t, g, r, func() url.Values { return form(r.ClientID(), rsa.assertion(t, r.ClientID(), g.Issuer)) })
	head := func(change map[string]any) map[string]any {
		out := map[string]any{"alg": "ES256", "kid": "a"}
		maps.Copy(out, change)
		return out
	}
	now := time.Now().Unix()
	for name, change := range map[string]map[string]any{
		"by another issuer":               {"iss": "other"},
		"about another client":            {"sub": r.ClientID()},
		"about a client in other case":    {"iss": strings.ToUpper(id), "sub": strings.ToUpper(id)},
		"for nobody":                      {"aud": nil},
		"for another server":              {"aud": "https://other.example"},
		"for another server, too":         {"aud": []string{"https://other.example", g.Issuer}},
		"for a URL below the issuer":      {"aud": g.Issuer + "/"},
		"for another endpoint":            {"aud": g.Issuer + "/introspect"},
		"for the beginning of the issuer": {"aud": g.Issuer[:len(g.Issuer)-1]},
		"for an empty list":               {"aud": []string{}},
		"without an end":                  {"exp": nil},
		"that has ended":                  {"exp": now - 1},
		"that ends in seven minutes":      {"exp": now + 420},
		"that never ends":                 {"exp": 1e300},
		"that has not begun":              {"nbf": now + 120},
		"that will be made":               {"iat": now + 120},
		"without an id":                   {"jti": nil},
		"with an empty id":                {"jti": ""},
		"with an id that is long":         {"jti": strings.Repeat("a", 129)},
		"with an id that is a number":     {"jti": 1},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, installation.Post(t, to, "", "", form(id, s.sign(t, head(nil), claims(id, g.Issuer, change)))))
		})
	}
	good := func() map[string]any { return claims(id, g.Issuer, nil) }
	none := func(alg string) string {
		text := s.sign(t, head(map[string]any{"alg": alg}), good())
		return text[:strings.LastIndexByte(text, '.')+1]
	}
	shared := func() string { // the public key as a secret
		text := none("HS256")
		mac := hmac.New(sha256.New, []byte(s.jwk(t, "a").X))
		mac.Write([]byte(strings.TrimSuffix(text, ".")))
		return text + base64url(mac.Sum(nil))
	}
	for name, assertion := range map[string]string{
		"by a stranger":                      stranger.sign(t, head(nil), good()),
		"by a stranger who brings the key":   stranger.sign(t, head(map[string]any{"jwk": stranger.jwk(t, "a")}), good()),
		"by a stranger who says where it is": stranger.sign(t, head(map[string]any{"jku": "https://127.0.0.1:1/jwks", "x5u": "https://127.0.0.1:1/x"}), good()),
		"with another kid":                   s.sign(t, head(map[string]any{"kid": "b"}), good()),
		"with a kid in other case":           s.sign(t, head(map[string]any{"kid": "A"}), good()),
		"with crit":                          s.sign(t, head(map[string]any{"crit": []string{"exp"}}), good()),
		"with b64":                           s.sign(t, head(map[string]any{"crit": []string{"b64"}, "b64": false}), good()),
		"as an access token":                 s.sign(t, head(map[string]any{"typ": "at+jwt"}), good()),
		"unsigned":                           none("none"),
		"signed with none":                   none("none") + "AA",
		"signed with nOnE":                   none("nOnE") + "AA",
		"signed with HS256":                  shared(),
		"signed as ES384":                    s.sign(t, head(map[string]any{"alg": "ES384"}), good()),
		"signed as another algorithm":        s.sign(t, head(map[string]any{"alg": "PS256"}), good()),
		"signed with zeros":                  none("ES256") + base64url(make([]byte, 64)),
		"nested":                             s.sign(t, head(map[string]any{"cty": "JWT"}), map[string]any{"jwt": s.assertion(t, id, g.Issuer)}),
		"in Unicode":                         s.assertion(t, id, g.Issuer) + "\u00e9",
	} {
		t.Run(name, func(t *testing.T) { refused(t, installation.Post(t, to, "", "", form(id, assertion))) })
	}
	t.Run("with an algorithm that the client does not list", func(t *testing.T) {
		text := signer{"RS256", rsa.key}.assertion(t, r.ClientID(), g.Issuer)
		refused(t, installation.Post(t, to, "", "", form(r.ClientID(), text)))
	})
	t.Run("of another client", func(t *testing.T) {
		refused(t, installation.Post(t, to, "", "", form(r.ClientID(), s.assertion(t, id, g.Issuer))))
		refused(t, installation.Post(t, to, "", "", form(id, rsa.assertion(t, r.ClientID(), g.Issuer))))
	})
	t.Run("of a client that does not exist", func(t *testing.T) {
		refused(t, installation.Post(t, to, "", "", form(namespace+".no", s.assertion(t, namespace+".no", g.Issuer))))
	})
	for name, change := range map[string]map[string]any{
		"for both names of the server": {"aud": []string{g.Issuer, g.Issuer + "/token"}},
		"with an end in five minutes":  {"exp": now + 299},
		"with an id of 128 letters":    {"jti": strings.Repeat("\u00e9", 128)},
		"without a time of its making": {"iat": nil},
	} {
		t.Run("but one "+name, func(t *testing.T) {
			granted(t, installation.Post(t, to, "", "", form(id, s.sign(t, head(nil), claims(id, g.Issuer, change)))))
		})
	}
}

// One assertion counts once, however many replicas get it at the same time; and one that
// was refused for its signature uses nobody's id up.
func TestAnAssertionCountsOnce(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	s := newSigner(t, "EdDSA")
	c := g.Create(t, installation.Service(namespace, "app", byKeys(s.jwk(t, "")), func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Scopes = []oauthv1alpha1.Scope{"read"}
	}))
	other := g.Create(t, installation.Service(namespace, "other", byKeys(s.jwk(t, ""))))
	for _, c := range []*oauthv1alpha1.OAuthClient{c, other} {
		known(t, g, c, func() url.Values { return form(c.ClientID(), s.assertion(t, c.ClientID(), g.Issuer)) })
	}
	for range 10 {
		what := claims(c.ClientID(), g.Issuer, nil)
		text := s.sign(t, map[string]any{"alg": "EdDSA"}, what)
		forged := newSigner(t, "EdDSA").sign(t, map[string]any{"alg": "EdDSA"}, what)
		refused(t, installation.Post(t, g.Issuer+"/token", "", "", form(c.ClientID(), forged)))
		var won, lost atomic.Int32
		var wait sync.WaitGroup
		for n := range 16 {
			wait.Go(func() {
				answer := installation.Post(t, g.Servers[n%len(g.Servers)].Options().URL+"/token", "", "", form(c.ClientID(), text))
				switch {
				case answer.Status == http.StatusOK:
					won.Add(1)
				case answer.Code() == "invalid_client":
					lost.Add(1)
				default:
					t.Errorf("answered %d %s", answer.Status, answer.Body)
				}
			})
		}
		wait.Wait()
		if won.Load() != 1 || lost.Load() != 15 {
			t.Errorf("%d of 16 were granted, %d refused", won.Load(), lost.Load())
		}
		what["iss"], what["sub"] = other.ClientID(), other.ClientID()
		granted(t, installation.Post(t, g.Issuer+"/token", "", "", form(other.ClientID(), s.sign(t, map[string]any{"alg": "EdDSA"}, what))))
	}
}

// A used assertion that someone else sends again and again takes no room from its client.
func TestReplayedAssertionsTakeNoRoom(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	s := newSigner(t, "EdDSA")
	c := g.Create(t, installation.Service(namespace, "app", byKeys(s.jwk(t, ""))))
	known(t, g, c, func() url.Values { return form(c.ClientID(), s.assertion(t, c.ClientID(), g.Issuer)) })
	text := s.assertion(t, c.ClientID(), g.Issuer)
	granted(t, installation.Post(t, g.Issuer+"/token", "", "", form(c.ClientID(), text)))
	// More than a replica stores for a client at once. 16 ways are faster than it refills.
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() {
			for range 60 {
				refused(t, installation.Post(t, g.Issuer+"/token", "", "", form(c.ClientID(), text)))
			}
		})
	}
	wait.Wait()
	granted(t, installation.Post(t, g.Issuer+"/token", "", "", form(c.ClientID(), s.assertion(t, c.ClientID(), g.Issuer))))
}

// Keys that the schema cannot tell from usable ones make a condition.
func TestKeysThatAreNone(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	broken := newSigner(t, "ES256").jwk(t, "a")
	broken.X = base64url(append(make([]byte, 31), 5))
	random := make([]byte, 256)
	_, _ = rand.Read(random)
	random[0], random[255] = 0x7f, 1
	for name, key := range map[string]oauthv1alpha1.JSONWebKey{
		"a point beside the curve": broken,
		"an RSA key of 2047 bits":  {KeyType: "RSA", N: base64url(random), E: "AQAB"},
	} {
		c := installation.Service(namespace, strings.ReplaceAll(strings.ToLower(name), " ", "-"), byKeys(newSigner(t, "ES256").jwk(t, "b"), key))
		if err := g.Admin.Create(t.Context(), c); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		g.AwaitCondition(t, c, oauthv1alpha1.ConditionAccepted, "False", oauthv1alpha1.ReasonKeyNotUsable)
	}
}

func get(t testing.TB, to string) installation.Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, to, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return installation.Do(t, request)
}
