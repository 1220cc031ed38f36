package connect

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/tokenprovider"
)

// scene is one OAuthToken at a provider of its own.
type scene struct {
	*installation.Installation

	provider *tokenprovider.Provider
	key      client.ObjectKey
}

// newScene creates an OAuthToken that alice may authorize.
func newScene(t testing.TB, g *installation.Installation, change ...func(*oauthv1alpha1.OAuthToken)) scene {
	t.Helper()
	s := scene{Installation: g, provider: tokenprovider.Start(t, time.Now)}
	namespace := devenv.Namespace(t, g.Kube.Config)
	s.key = client.ObjectKey{Namespace: namespace, Name: "crm"}
	s.create(t, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "crm-app"}, StringData: map[string]string{"secret": tokenprovider.ClientSecret}})
	token := &oauthv1alpha1.OAuthToken{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: s.key.Name}, Spec: oauthv1alpha1.OAuthTokenSpec{
		Provider: &oauthv1alpha1.TokenProvider{Custom: &oauthv1alpha1.TokenCustomProvider{Issuer: oauthv1alpha1.WebURI(s.provider.URL)}},
		ClientID: tokenprovider.ClientID, ClientSecretRef: &oauthv1alpha1.TokenSecretReference{Name: "crm-app", Key: "secret"},
		Grant: oauthv1alpha1.TokenGrantAuthorizationCode, Scopes: []string{"read", "write"},
		Parameters:   map[string]oauthv1alpha1.TokenParameter{"access_type": "offline & more"},
		AuthorizedBy: &oauthv1alpha1.TokenAuthorizers{Users: []string{"alice"}},
	}}
	for _, f := range change {
		f(token)
	}
	s.create(t, token)
	s.awaitSeen(t)
	return s
}

func (s scene) create(t testing.TB, object client.Object) {
	t.Helper()
	if err := s.Admin.Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
}

// awaitSeen waits until the status is that of the present spec.
func (s scene) awaitSeen(t testing.TB) {
	t.Helper()
	installation.Eventually(t, installation.Effective, func() bool {
		token := s.token(t)
		return token.Status.ObservedGeneration == token.Generation && token.Status.Provider != nil && token.Status.AuthorizeURL != ""
	}, func() string { return "the operator sees the OAuthToken" })
}

func (s scene) token(t testing.TB) *oauthv1alpha1.OAuthToken {
	t.Helper()
	token := &oauthv1alpha1.OAuthToken{}
	if err := s.Admin.Get(t.Context(), s.key, token); err != nil {
		t.Fatal(err)
	}
	return token
}

// edit changes the spec, and waits until the operator has seen it.
func (s scene) edit(t testing.TB, change func(*oauthv1alpha1.OAuthTokenSpec)) {
	t.Helper()
	token := s.token(t)
	before := token.DeepCopy()
	change(&token.Spec)
	if err := s.Admin.Patch(t.Context(), token, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
	s.awaitSeen(t)
}

func (s scene) page() string { return s.Issuer + "/connect/" + s.key.Namespace + "/" + s.key.Name }

func (s scene) visitor() *installation.Visitor {
	return installation.NewVisitor(http.DefaultTransport, s.Issuer)
}

// open signs a person in and opens the page.
func (s scene) open(t testing.TB, v *installation.Visitor, who string) installation.View {
	t.Helper()
	view := v.Get(t, s.page())
	if _, ok := view.LoginForm(); ok {
		view = v.SignIn(t, view, who, who+"-password")
	}
	return view
}

// leave sends a person to the provider, and returns the authorization request.
func (s scene) leave(t testing.TB, v *installation.Visitor, who string) url.Values {
	t.Helper()
	view := s.open(t, v, who)
	form := continueForm(t, view)
	view = v.Submit(t, view, form, nil)
	if view.Status != http.StatusSeeOther || view.Elsewhere == nil || !strings.HasPrefix(view.Elsewhere.String(), s.provider.URL+"/authorize?") {
		t.Fatalf("continuing answers %d %v %s", view.Status, view.Elsewhere, view.Body)
	}
	if policy := view.Header.Get("Referrer-Policy"); policy != "no-referrer" {
		t.Errorf("the provider learns where the person was: %q", policy)
	}
	return view.Elsewhere.Query()
}

func continueForm(t testing.TB, view installation.View) installation.Form {
	t.Helper()
	for _, form := range view.Forms {
		if strings.HasPrefix(form.Action, "/connect/") {
			return form
		}
	}
	t.Fatalf("no form: %d %s", view.Status, view.Body)
	return installation.Form{}
}

// back returns what the provider sends back for a request.
func (s scene) back(request url.Values) url.Values {
	return url.Values{
		"code":  {s.provider.Allow(request.Get("redirect_uri"), request.Get("code_challenge"))},
		"state": {request.Get("state")}, "iss": {s.provider.URL},
	}
}

func (s scene) callback(query url.Values) string { return s.page() + "/callback?" + query.Encode() }

// connections returns the Connections of the OAuthToken.
func (s scene) connections(t testing.TB) []sessionv1alpha1.Connection {
	t.Helper()
	list := &sessionv1alpha1.ConnectionList{}
	if err := s.Admin.List(t.Context(), list, client.InNamespace(devenv.SystemNamespace)); err != nil {
		t.Fatal(err)
	}
	var out []sessionv1alpha1.Connection
	for _, c := range list.Items {
		if c.Spec.Namespace == s.key.Namespace && c.Spec.Token == s.key.Name {
			out = append(out, c)
		}
	}
	return out
}

// settled follows a page until it does not go on by itself.
func settled(t testing.TB, v *installation.Visitor, view installation.View) installation.View {
	t.Helper()
	installation.Eventually(t, installation.Effective, func() bool {
		if view.Header.Get("Refresh") == "" {
			return true
		}
		view = v.Get(t, view.URL.String())
		return view.Header.Get("Refresh") == ""
	}, func() string { return "the page settles: " + view.Body })
	return view
}

// valid reports whether pods see a token that the provider accepts.
func (s scene) valid(t testing.TB) bool {
	t.Helper()
	return s.provider.Valid(s.shown(t))
}

// shown returns the token that pods see, empty for none.
func (s scene) shown(t testing.TB) string {
	t.Helper()
	secret := &corev1.Secret{}
	name := s.token(t).Status.SecretName
	if name == "" {
		return ""
	}
	if err := s.Admin.Get(t.Context(), client.ObjectKey{Namespace: s.key.Namespace, Name: name}, secret); err != nil {
		t.Fatal(err)
	}
	return string(secret.Data["access_token"])
}

func (s scene) authorized(t testing.TB) bool {
	t.Helper()
	return meta.IsStatusConditionTrue(s.token(t).Status.Conditions, oauthv1alpha1.ConditionAuthorized)
}

// reason returns why the OAuthToken is authorized or not.
func (s scene) reason(t testing.TB) string {
	t.Helper()
	c := meta.FindStatusCondition(s.token(t).Status.Conditions, oauthv1alpha1.ConditionAuthorized)
	if c == nil {
		return ""
	}
	return c.Reason
}
