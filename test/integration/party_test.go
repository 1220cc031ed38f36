package integration

import (
	"net/http"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// party is a client as its application knows it.
type party struct {
	ID, Secret string
	object     *oauthv1alpha1.OAuthClient
}

type change = func(*oauthv1alpha1.OAuthClient)

// newParty creates a client in a namespace of its own and waits until every replica
// lets it in. By default it is a service with Basic authentication and JWTs.
func newParty(t testing.TB, changes ...change) party {
	t.Helper()
	g := grantor(t)
	c := g.Create(t, installation.Service(namespace(t), "app", changes...))
	p := party{ID: c.ClientID(), object: c}
	if c.Spec.Authentication.Method.HasSecret() {
		p.Secret = g.Value(t, c)
	}
	for n := range g.Servers {
		awaitKnown(t, n, p)
	}
	return p
}

// awaitKnown waits until a replica has heard of a client.
func awaitKnown(t testing.TB, n int, p party) {
	t.Helper()
	var last installation.Answer
	installation.Eventually(t, installation.Effective, func() bool {
		last = ask(t, at(t, n, "/token"), p.authentication(), asking())
		return last.Code() != "invalid_client" && last.Status < http.StatusInternalServerError
	}, func() string { return "authentication at a replica, which answers " + last.Body })
}

// authentication is the step by which the party authenticates as it is registered.
func (p party) authentication() step {
	switch p.object.Spec.Authentication.Method {
	case oauthv1alpha1.AuthenticationNone:
		return add("client_id", p.ID)
	case oauthv1alpha1.AuthenticationPost:
		return all(add("client_id", p.ID), add("client_secret", p.Secret))
	default:
		return basic(p.ID, p.Secret)
	}
}

// authenticatingBy sets the way to authenticate.
func authenticatingBy(method oauthv1alpha1.AuthenticationMethod) change {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.Authentication.Method = method }
}

// exactly sets the only way to authenticate.
func exactly(method oauthv1alpha1.AuthenticationMethod) change {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Authentication.Method, c.Spec.Authentication.ExactMethod = method, true
	}
}

// public makes a client without credentials, which therefore can only redirect.
func public(c *oauthv1alpha1.OAuthClient) {
	c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationNone
	redirecting(c)
}

// redirecting makes a client that may use authorization codes and nothing else.
func redirecting(c *oauthv1alpha1.OAuthClient) {
	c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode}
	c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{"http://127.0.0.1/callback"}
}

func opaque(c *oauthv1alpha1.OAuthClient) {
	c.Spec.Tokens.AccessToken.Format = oauthv1alpha1.AccessTokenOpaque
}

func lifetime(d time.Duration) change {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Tokens.AccessToken.Lifetime = &metav1.Duration{Duration: d}
	}
}

func scopes(scopes ...oauthv1alpha1.Scope) change {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = scopes }
}

func audiences(audiences ...oauthv1alpha1.Audience) change {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.Audiences = audiences }
}

// formats are the changes that make a client with each form of access token.
func formats() map[string]change {
	return map[string]change{"JWT": func(*oauthv1alpha1.OAuthClient) {}, "opaque": opaque}
}
