package integration

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// endpoints at which clients authenticate, with a parameter that each needs.
var authenticated = map[string]step{
	"/token":      asking(),
	"/introspect": add("token", "x"),
	"/revoke":     add("token", "x"),
}

// RFC 6749 section 2.3: not more than one authentication method in each request.
func TestTwoClientAuthenticationsInOneRequest(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	other := newParty(t, authenticatingBy(oauthv1alpha1.AuthenticationPost))
	header64 := "Basic " + base64.StdEncoding.EncodeToString([]byte(p.ID+":"+p.Secret))
	for path, rest := range authenticated {
		for name, both := range map[string]step{
			"the same secret twice":     all(basic(p.ID, p.Secret), add("client_id", p.ID), add("client_secret", p.Secret)),
			"a secret without id":       all(basic(p.ID, p.Secret), add("client_secret", p.Secret)),
			"a wrong secret too":        all(basic(p.ID, p.Secret), add("client_secret", "wrong")),
			"two clients":               all(basic(p.ID, p.Secret), add("client_id", other.ID), add("client_secret", other.Secret)),
			"two headers":               header("Authorization", header64, header64),
			"an empty header and Basic": header("Authorization", "", header64),
			"an empty header and post":  all(header("Authorization", ""), add("client_id", other.ID), add("client_secret", other.Secret)),
			"Bearer and post":           all(header("Authorization", "Bearer x"), add("client_id", other.ID), add("client_secret", other.Secret)),
			"an assertion and Basic":    all(basic(p.ID, p.Secret), add("client_assertion", "x"), add("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")),
			"an assertion type":         all(basic(p.ID, p.Secret), add("client_assertion_type", "x")),
			"an assertion and post":     all(other.authentication(), add("client_assertion", "x")),
		} {
			t.Run(name+" at "+path, func(t *testing.T) {
				refused(t, ask(t, at(t, 0, path), both, rest), http.StatusBadRequest, "invalid_request")
			})
		}
	}
}

func TestBasicOfOneClientWithClientIDOfAnother(t *testing.T) {
	t.Parallel()
	p, other := newParty(t), newParty(t)
	for path, rest := range authenticated {
		refused(t, ask(t, at(t, 0, path), p.authentication(), add("client_id", other.ID), rest), http.StatusBadRequest, "invalid_request")
		if answer := ask(t, at(t, 0, path), p.authentication(), add("client_id", p.ID), rest); answer.Status != http.StatusOK {
			t.Errorf("its own client_id beside Basic: %s answers %d %s", path, answer.Status, answer.Body)
		}
	}
}

// RFC 6749 section 5.2 and RFC 9110 section 11.6.1: a 401 carries a challenge.
func TestMissingWWWAuthenticate(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	poster := newParty(t, authenticatingBy(oauthv1alpha1.AuthenticationPost))
	encode := func(text string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(text)) }
	for path, rest := range authenticated {
		for name, wrong := range map[string]step{
			"no authentication":          all(),
			"a wrong secret":             basic(p.ID, "wrong"),
			"a secret cut short":         basic(p.ID, p.Secret[:len(p.Secret)-1]),
			"a secret with more":         basic(p.ID, p.Secret+"x"),
			"a secret in other case":     basic(p.ID, swapCase(p.Secret)),
			"an unknown client":          basic("unknown", p.Secret),
			"the secret of another":      basic(p.ID, poster.Secret),
			"an empty secret":            basic(p.ID, ""),
			"an empty client ID":         basic("", p.Secret),
			"nothing but a colon":        header("Authorization", encode(":")),
			"no colon":                   header("Authorization", encode(p.ID)),
			"not base64":                 header("Authorization", "Basic !!!"),
			"base64 without padding":     header("Authorization", strings.TrimRight(encode("ab:c"), "=")),
			"base64 with a line break":   header("Authorization", encode(p.ID + ":" + p.Secret)[:20]+" "+encode(p.ID + ":" + p.Secret)[20:]),
			"no scheme":                  header("Authorization", base64.StdEncoding.EncodeToString([]byte(p.ID+":"+p.Secret))),
			"an empty header":            header("Authorization", ""),
			"only the scheme":            header("Authorization", "Basic"),
			"Bearer":                     header("Authorization", "Bearer "+p.Secret),
			"Digest":                     header("Authorization", `Digest username="x"`),
			"an escape that is cut off":  header("Authorization", encode(p.ID+":"+p.Secret+"%2")),
			"an escape of no number":     header("Authorization", encode(p.ID+":%zz")),
			"NUL behind the client ID":   header("Authorization", encode(p.ID+"\x00:"+p.Secret)),
			"a client ID in other case":  basic(strings.ToUpper(p.ID), p.Secret),
			"a path instead of an ID":    basic(strings.Replace(p.ID, ".", "/", 1), p.Secret),
			"post, wrong, for Basic":     all(add("client_id", p.ID), add("client_secret", "wrong")),
			"Basic, wrong, for post":     basic(poster.ID, "wrong"),
			"only the client ID":         add("client_id", p.ID),
			"only an unknown client ID":  add("client_id", "unknown"),
			"only a secret":              add("client_secret", p.Secret),
			"a wrong secret in the body": all(add("client_id", poster.ID), add("client_secret", "wrong")),
			"an assertion":               all(add("client_id", p.ID), add("client_assertion", "a.b.c"), add("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")),
		} {
			t.Run(name+" at "+path, func(t *testing.T) {
				refused(t, ask(t, at(t, 0, path), wrong, rest), http.StatusUnauthorized, "invalid_client")
			})
		}
	}
}

// Choice "a client's secret": in the Authorization header or in the body, whichever the
// client is registered for, and in one of them only where that is exact. Whoever knows the
// secret is told the field.
func TestASecretCountsInEitherWay(t *testing.T) {
	t.Parallel()
	ways := map[oauthv1alpha1.AuthenticationMethod]func(party) step{
		oauthv1alpha1.AuthenticationBasic: func(p party) step { return basic(p.ID, p.Secret) },
		oauthv1alpha1.AuthenticationPost:  func(p party) step { return all(add("client_id", p.ID), add("client_secret", p.Secret)) },
	}
	for method := range ways {
		either, exact := newParty(t, authenticatingBy(method)), newParty(t, exactly(method))
		for sent, way := range ways {
			for path, rest := range authenticated {
				t.Run(string(method)+" sent as "+string(sent)+" to "+path, func(t *testing.T) {
					if answer := ask(t, at(t, 0, path), way(either), rest); answer.Status != http.StatusOK {
						t.Errorf("answered %d %s", answer.Status, answer.Body)
					}
					answer := ask(t, at(t, 0, path), way(exact), rest)
					if sent == method {
						if answer.Status != http.StatusOK {
							t.Errorf("exactly as registered: answered %d %s", answer.Status, answer.Body)
						}
						return
					}
					refused(t, answer, http.StatusUnauthorized, "invalid_client")
					if !strings.Contains(answer.Body, "exactMethod") {
						t.Errorf("the refusal does not name the field: %s", answer.Body)
					}
				})
			}
		}
	}
}

// The answers to an unknown client and to a wrong secret, however it is sent, are the
// same bytes, so that callers do not learn which clients exist.
func TestAnswersThatTellWhichClientsExist(t *testing.T) {
	t.Parallel()
	p, exact := newParty(t), newParty(t, exactly(oauthv1alpha1.AuthenticationBasic))
	answers := map[string]string{}
	for name, wrong := range map[string]step{
		"unknown": basic("nobody.nothing", "wrong"), "wrong secret": basic(p.ID, "wrong"),
		"unknown by post": all(add("client_id", "nobody.nothing"), add("client_secret", p.Secret)), "wrong by post": all(add("client_id", p.ID), add("client_secret", "wrong")),
		"wrong way, wrong secret": all(add("client_id", exact.ID), add("client_secret", "wrong")),
		"unknown, only ID":        add("client_id", "nobody.nothing"), "known, only ID": add("client_id", p.ID),
	} {
		answer := ask(t, at(t, 0, "/token"), wrong, asking())
		answer.Header.Del("Date")
		answer.Header.Del("X-Request-Id")
		answers[fmt.Sprint(answer.Status, answer.Header, answer.Body)] += name + "; "
	}
	if len(answers) != 1 {
		t.Errorf("%d different answers: %q", len(answers), answers)
	}
}

// RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.
func TestPercentEncodingInBasic(t *testing.T) {
	t.Parallel()
	p := newParty(t, func(c *oauthv1alpha1.OAuthClient) { c.Spec.ClientID = c.Namespace + ".with~tilde_and-dash" })
	everything := func(text string) string {
		var out strings.Builder
		for i := range len(text) {
			fmt.Fprintf(&out, "%%%02x", text[i])
		}
		return out.String()
	}
	for name, credentials := range map[string][2]string{
		"as the RFC says":   {url.QueryEscape(p.ID), url.QueryEscape(p.Secret)},
		"without encoding":  {p.ID, p.Secret},
		"everything":        {everything(p.ID), everything(p.Secret)},
		"only the ID":       {everything(p.ID), p.Secret},
		"in capitals":       {strings.ReplaceAll(p.ID, "~", "%7E"), p.Secret},
		"an encoded period": {strings.ReplaceAll(p.ID, ".", "%2E"), p.Secret},
	} {
		t.Run(name, func(t *testing.T) {
			granted(t, ask(t, at(t, 0, "/token"), asking(), func(r *http.Request) { r.SetBasicAuth(credentials[0], credentials[1]) }))
		})
	}
	t.Run("twice", func(t *testing.T) {
		answer := ask(t, at(t, 0, "/token"), asking(), func(r *http.Request) { r.SetBasicAuth(everything(everything(p.ID)), p.Secret) })
		refused(t, answer, http.StatusUnauthorized, "invalid_client")
	})
	t.Run("the scheme in other case", func(t *testing.T) {
		encoded := base64.StdEncoding.EncodeToString([]byte(p.ID + ":" + p.Secret))
		granted(t, ask(t, at(t, 0, "/token"), asking(), header("Authorization", "bAsIc "+encoded)))
	})
}

func TestPublicClientThatActsLikeAConfidentialOne(t *testing.T) {
	t.Parallel()
	p := newParty(t, public)
	t.Run("client_credentials", func(t *testing.T) {
		refused(t, ask(t, at(t, 0, "/token"), p.authentication(), asking()), http.StatusBadRequest, "unauthorized_client")
	})
	t.Run("introspection", func(t *testing.T) {
		refused(t, ask(t, at(t, 0, "/introspect"), p.authentication(), add("token", "x")), http.StatusUnauthorized, "invalid_client")
	})
	for path, rest := range authenticated {
		t.Run("with a secret at "+path, func(t *testing.T) {
			refused(t, ask(t, at(t, 0, path), basic(p.ID, "secret"), rest), http.StatusUnauthorized, "invalid_client")
			refused(t, ask(t, at(t, 0, path), p.authentication(), add("client_secret", "secret"), rest), http.StatusUnauthorized, "invalid_client")
			refused(t, ask(t, at(t, 0, path), basic(p.ID, ""), rest), http.StatusUnauthorized, "invalid_client")
		})
	}
}

func swapCase(text string) string {
	if upper := strings.ToUpper(text); upper != text {
		return upper
	}
	return strings.ToLower(text)
}
