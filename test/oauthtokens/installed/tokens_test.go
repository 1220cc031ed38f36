package installed

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/tokenprovider"
)

// becomes waits until a condition of an OAuthToken has a reason.
func becomes(t testing.TB, token *oauthv1alpha1.OAuthToken, conditionType, reason string) {
	t.Helper()
	g := shared.Grantor(t)
	installation.Eventually(t, time.Minute, func() bool {
		if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(token), token); err != nil {
			t.Fatal(err)
		}
		condition := meta.FindStatusCondition(token.Status.Conditions, conditionType)
		return condition != nil && condition.Reason == reason && condition.ObservedGeneration == token.Generation
	}, func() string { return fmt.Sprintf("%s to be %s: %+v", conditionType, reason, token.Status) })
}

func shown(t testing.TB, token *oauthv1alpha1.OAuthToken) string {
	t.Helper()
	secret := &corev1.Secret{}
	key := client.ObjectKey{Namespace: token.Namespace, Name: token.TokenSecretName()}
	if err := shared.Grantor(t).Admin.Get(t.Context(), key, secret); client.IgnoreNotFound(err) != nil {
		t.Fatal(err)
	}
	return string(secret.Data["access_token"])
}

func create(t testing.TB, object client.Object) {
	t.Helper()
	if err := shared.Grantor(t).Admin.Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
}

// active reports whether the server says that a token is active, and with which scope.
func active(t testing.TB, c *oauthv1alpha1.OAuthClient, token string) (bool, any) {
	t.Helper()
	g := shared.Grantor(t)
	answer := g.Post(t, "/introspect", c.ClientID(), g.Value(t, c), url.Values{"token": {token}})
	return answer.JSON["active"] == true, answer.JSON["scope"]
}

// A token of an OAuthClient is one of its server, and follows the client's Secret.
func TestATokenOfAnOAuthClient(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	token := &oauthv1alpha1.OAuthToken{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "report"}, Spec: oauthv1alpha1.OAuthTokenSpec{
		ClientRef: &oauthv1alpha1.TokenClientReference{Name: "report"}, Grant: oauthv1alpha1.TokenGrantClientCredentials, Scopes: []string{"read"},
	}}
	create(t, token)
	becomes(t, token, oauthv1alpha1.ConditionTokenReady, oauthv1alpha1.ReasonClientNotFound)
	c := g.Create(t, installation.Service(namespace, "report"))
	becomes(t, token, oauthv1alpha1.ConditionReady, oauthv1alpha1.ReasonReady)
	first := shown(t, token)
	if ok, scope := active(t, c, first); !ok || scope != "read" {
		t.Errorf("the token is active: %v, scope %v", ok, scope)
	}
	if status := token.Status; status.SecretName != "report-oauth-token" || status.ExpiresAt == nil || status.NextRefresh == nil || status.Provider.Issuer != g.Issuer {
		t.Errorf("the status is %+v", status)
	}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: token.TokenSecretName()}}
	if err := g.Admin.Delete(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, time.Minute, func() bool { return shown(t, token) == first }, func() string { return "the deleted Secret to come back" })
	silent(t, first, g.Value(t, c))
}

// A token of another provider needs nothing of Grantor's servers.
func TestATokenOfAnotherProvider(t *testing.T) {
	t.Parallel()
	shared.Grantor(t)
	provider := tokenprovider.Start(t, time.Now)
	namespace := shared.Namespace(t)
	token := &oauthv1alpha1.OAuthToken{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "crm"}, Spec: oauthv1alpha1.OAuthTokenSpec{
		Provider: &oauthv1alpha1.TokenProvider{Custom: &oauthv1alpha1.TokenCustomProvider{Issuer: oauthv1alpha1.WebURI(provider.URL)}},
		ClientID: tokenprovider.ClientID, ClientSecretRef: &oauthv1alpha1.TokenSecretReference{Name: "crm-app", Key: "secret"},
		ClientAuthentication: oauthv1alpha1.TokenClientSecretPost, Grant: oauthv1alpha1.TokenGrantClientCredentials,
	}}
	create(t, token)
	becomes(t, token, oauthv1alpha1.ConditionTokenReady, oauthv1alpha1.ReasonClientSecretNotFound)
	create(t, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "crm-app"}, StringData: map[string]string{"secret": tokenprovider.ClientSecret}})
	becomes(t, token, oauthv1alpha1.ConditionReady, oauthv1alpha1.ReasonReady)
	if !provider.Valid(shown(t, token)) {
		t.Error("the Secret has no valid token")
	}
	silent(t, provider.Issued()...)
}

// A person is to authorize: the default server says where.
func TestWhereAPersonAuthorizes(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	token := &oauthv1alpha1.OAuthToken{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "crm"}, Spec: oauthv1alpha1.OAuthTokenSpec{
		Provider: &oauthv1alpha1.TokenProvider{Preset: oauthv1alpha1.TokenProviderGitHub},
		ClientID: "app", ClientAuthentication: oauthv1alpha1.TokenClientNone, Grant: oauthv1alpha1.TokenGrantAuthorizationCode,
	}}
	create(t, token)
	becomes(t, token, oauthv1alpha1.ConditionAuthorized, oauthv1alpha1.ReasonAuthorizationRequired)
	if want := g.Issuer + "/connect/" + namespace + "/crm"; token.Status.AuthorizeURL != want || token.Status.Provider.Host != "github.com" {
		t.Errorf("the status is %+v", token.Status)
	}
}

// silent checks that no log of the operator has a secret.
func silent(t testing.TB, secrets ...string) {
	t.Helper()
	log, err := os.ReadFile(shared.Grantor(t).Operator.Options().LogFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range secrets {
		if secret != "" && strings.Contains(string(log), secret) {
			t.Error("the log of the operator has a token or a client secret")
		}
	}
}
