package observability

import (
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/tokenprovider"
)

var once sync.Once

// busy returns a Grantor in which everything that is counted has happened: a person
// signed in, a service got a token, one was refused, a client breaks a policy, and a
// secret is to be replaced one day.
func busy(t testing.TB) *installation.Installation {
	t.Helper()
	g := shared.Grantor(t)
	once.Do(func() {
		namespace := devenv.SystemNamespace
		rotating := g.Create(t, installation.Service(namespace, "rotating", func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{Interval: &metav1.Duration{Duration: 48 * time.Hour}}
		}))
		use(t, g, rotating)
		app := g.NewApp(t, installation.Application(namespace, "app"))
		tokens := app.Tokens(t, installation.NewVisitor(http.DefaultTransport, g.Issuer), "alice", nil)
		if tokens["access_token"] == nil {
			t.Fatalf("alice got %v", tokens)
		}
		fail(t, g, namespace)
		policy := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "none-for-them"}}
		policy.Spec.NamespaceSelector = metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": "default"}}
		policy.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode}
		if err := g.Admin.Create(t.Context(), policy); err != nil {
			t.Fatal(err)
		}
		directory := &oauthv1alpha1.OAuthIdentityProvider{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "directory"}}
		directory.Spec.ServerName = devenv.ServerName
		directory.Spec.LDAP = &oauthv1alpha1.LDAPProvider{URL: "ldaps://ldap.example", Users: oauthv1alpha1.LDAPUsers{Base: "dc=example"}}
		if err := g.Admin.Create(t.Context(), directory); err != nil {
			t.Fatal(err)
		}
		refused := installation.Service("default", "refused")
		if err := g.Admin.Create(t.Context(), refused); err != nil {
			t.Fatal(err)
		}
		g.AwaitCondition(t, refused, oauthv1alpha1.ConditionReady, metav1.ConditionFalse, "")
	})
	return g
}

// fail lets a token of another provider be kept in a Secret, and then not be replaced.
func fail(t testing.TB, g *installation.Installation, namespace string) {
	t.Helper()
	provider := tokenprovider.Start(t, time.Now)
	app := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "app-at-provider"}, StringData: map[string]string{"secret": tokenprovider.ClientSecret}}
	token := &oauthv1alpha1.OAuthToken{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "kept"}, Spec: oauthv1alpha1.OAuthTokenSpec{
		Provider: &oauthv1alpha1.TokenProvider{Custom: &oauthv1alpha1.TokenCustomProvider{Issuer: oauthv1alpha1.WebURI(provider.URL)}},
		ClientID: tokenprovider.ClientID, ClientSecretRef: &oauthv1alpha1.TokenSecretReference{Name: app.Name, Key: "secret"},
		Grant: oauthv1alpha1.TokenGrantClientCredentials,
	}}
	for _, object := range []client.Object{app, token} {
		if err := g.Admin.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	for _, wanted := range []string{oauthv1alpha1.ConditionTokenReady, oauthv1alpha1.ConditionRefreshFailing} {
		installation.Eventually(t, time.Minute, func() bool {
			if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(token), token); err != nil {
				t.Fatal(err)
			}
			return meta.IsStatusConditionTrue(token.Status.Conditions, wanted)
		}, func() string { return fmt.Sprintf("%s of an OAuthToken: %+v", wanted, token.Status.Conditions) })
		change := client.MergeFrom(token.DeepCopy())
		token.Spec.ClientSecretRef.Name = "gone"
		if err := g.Admin.Patch(t.Context(), token, change); err != nil {
			t.Fatal(err)
		}
	}
}

// use gets a token, and is refused one.
func use(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient) {
	t.Helper()
	for _, secret := range []string{g.Value(t, c), "wrong"} {
		for _, replica := range g.Servers {
			installation.Post(t, replica.Options().URL+"/token", c.ClientID(), secret, url.Values{"grant_type": {"client_credentials"}, "scope": {"read"}})
		}
	}
}
