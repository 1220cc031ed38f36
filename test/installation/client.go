package installation

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Service returns an OAuthClient, not yet created, of a service that uses
// client_credentials with the scope read.
func Service(namespace, name string, change ...func(*oauthv1alpha1.OAuthClient)) *oauthv1alpha1.OAuthClient {
	c := &oauthv1alpha1.OAuthClient{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: oauthv1alpha1.OAuthClientSpec{
			GrantTypes: []oauthv1alpha1.GrantType{oauthv1alpha1.GrantClientCredentials},
			Scopes:     []oauthv1alpha1.Scope{"read"},
		},
	}
	for _, f := range change {
		f(c)
	}
	return c
}

// Create creates an OAuthClient and waits until it is ready.
func (i *Installation) Create(t testing.TB, c *oauthv1alpha1.OAuthClient) *oauthv1alpha1.OAuthClient {
	t.Helper()
	if err := i.Admin.Create(t.Context(), c); err != nil {
		t.Fatalf("create OAuthClient %s: %v", c.Name, err)
	}
	return i.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")
}

// AwaitCondition waits up to 15 seconds until a condition of the client has the
// status, and the reason unless that is empty, for the present generation.
func (i *Installation) AwaitCondition(t testing.TB, c *oauthv1alpha1.OAuthClient, conditionType string, status metav1.ConditionStatus, reason string) *oauthv1alpha1.OAuthClient {
	t.Helper()
	current := &oauthv1alpha1.OAuthClient{}
	Eventually(t, time.Minute, func() bool {
		if err := i.Admin.Get(t.Context(), client.ObjectKeyFromObject(c), current); err != nil {
			t.Fatalf("get OAuthClient %s: %v", c.Name, err)
		}
		condition := meta.FindStatusCondition(current.Status.Conditions, conditionType)
		return condition != nil && condition.Status == status && (reason == "" || condition.Reason == reason) &&
			condition.ObservedGeneration == current.Generation
	}, func() string {
		text, _ := json.Marshal(current.Status.Conditions)
		return "condition " + conditionType + "=" + string(status) + " " + reason + "; the client has " + string(text)
	})
	return current
}

// Secret returns the client's Secret.
func (i *Installation) Secret(t testing.TB, c *oauthv1alpha1.OAuthClient) *corev1.Secret {
	t.Helper()
	secret := &corev1.Secret{}
	if err := i.Admin.Get(t.Context(), client.ObjectKey{Namespace: c.Namespace, Name: c.ClientSecretName()}, secret); err != nil {
		t.Fatalf("get Secret of %s: %v", c.Name, err)
	}
	return secret
}

// Value returns the client secret in the client's Secret.
func (i *Installation) Value(t testing.TB, c *oauthv1alpha1.OAuthClient) string {
	t.Helper()
	return string(i.Secret(t, c).Data["client_secret"])
}

// Answer is what an endpoint answered.
type Answer struct {
	Status int
	Header http.Header
	Body   string
	// JSON is the body if it is a JSON object.
	JSON map[string]any
}

// Code returns the OAuth error code of the answer.
func (a Answer) Code() string {
	code, _ := a.JSON["error"].(string)
	return code
}

// Post sends a form to an endpoint of the first replica, with Basic credentials
// unless id is empty.
func (i *Installation) Post(t testing.TB, path, id, secret string, form url.Values) Answer {
	t.Helper()
	return Post(t, i.Issuer+path, id, secret, form)
}

// Post sends a form to a URL, with Basic credentials unless id is empty.
func Post(t testing.TB, to, id, secret string, form url.Values) Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if id != "" {
		request.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
	}
	return Do(t, request)
}

// TokenForm is a token request for client_credentials.
func TokenForm(scope string) url.Values {
	return url.Values{"grant_type": {"client_credentials"}, "scope": {scope}}
}
