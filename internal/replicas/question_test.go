package replicas

import (
	"net/url"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func client(changes ...func(*oauthv1alpha1.OAuthClient)) *oauthv1alpha1.OAuthClient {
	c := &oauthv1alpha1.OAuthClient{}
	c.Namespace, c.Name, c.UID, c.Generation = "team", "app", "uid", 1
	c.Status.Credentials = []oauthv1alpha1.CredentialStatus{{Digest: "a"}}
	for _, change := range changes {
		change(c)
	}
	return c
}

func TestStatesThatDiffer(t *testing.T) {
	digests := func(all ...string) func(*oauthv1alpha1.OAuthClient) {
		return func(c *oauthv1alpha1.OAuthClient) {
			c.Status.Credentials = nil
			for _, digest := range all {
				c.Status.Credentials = append(c.Status.Credentials, oauthv1alpha1.CredentialStatus{Digest: digest})
			}
		}
	}
	states := map[string]string{}
	for name, c := range map[string]*oauthv1alpha1.OAuthClient{
		"as it is":            client(),
		"another client":      client(func(c *oauthv1alpha1.OAuthClient) { c.UID = "other" }),
		"another generation":  client(func(c *oauthv1alpha1.OAuthClient) { c.Generation = 2 }),
		"another digest":      client(digests("b")),
		"one digest more":     client(digests("b", "a")),
		"the other order":     client(digests("a", "b")),
		"two digests in one":  client(digests("ab")),
		"no digest":           client(digests()),
		"a digest of nothing": client(digests("")),
		"redirect URIs":       client(func(c *oauthv1alpha1.OAuthClient) { c.Status.RedirectURIsSeal = "b" }),
		"other redirect URIs": client(func(c *oauthv1alpha1.OAuthClient) { c.Status.RedirectURIsSeal = "c" }),
		"bound to a key":      client(bound(oauthv1alpha1.AccessTokenBindingDPoP)),
		"bound to something":  client(bound(oauthv1alpha1.AccessTokenBindingRequired)),
		"signed requests":     client(func(c *oauthv1alpha1.OAuthClient) { c.Spec.SignedRequests = oauthv1alpha1.SignedRequestsRequired }),
		"workloads elsewhere": client(func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Authentication.Federated = []oauthv1alpha1.FederatedIdentity{{Issuer: "github", Subject: "s"}}
		}),
	} {
		if other, ok := states[State(c)]; ok {
			t.Errorf("%s has the state of %s", name, other)
		}
		states[State(c)] = name
	}
}

func bound(binding oauthv1alpha1.AccessTokenBinding) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.Tokens.AccessToken.Binding = binding }
}

func TestStateIgnoresWhatDoesNotMatter(t *testing.T) {
	changed := client(func(c *oauthv1alpha1.OAuthClient) { c.ResourceVersion, c.Status.SecretName = "7", "s" })
	bound(oauthv1alpha1.AccessTokenBindingIfProved)(changed)
	if State(changed) != State(client()) {
		t.Error("the state depends on more than an authentication does")
	}
}

func TestQuestionSurvivesTheWay(t *testing.T) {
	asked := About(client())
	values, err := url.ParseQuery(asked.Query())
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := Parse(values); !ok || got != asked {
		t.Errorf("%+v became %+v, %v", asked, got, ok)
	}
	for _, missing := range []string{"namespace", "name", "state"} {
		short, _ := url.ParseQuery(asked.Query())
		short.Del(missing)
		if _, ok := Parse(short); ok {
			t.Errorf("a question without %s is one", missing)
		}
	}
}
