package registrations

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// registrar is a client that registers others in a namespace.
type registrar struct {
	g         *installation.Installation
	app       installation.App
	namespace string
}

// newRegistrar lets a client register others in a namespace of the test's own.
func newRegistrar(t testing.TB) registrar {
	t.Helper()
	g, own, namespace := shared.Grantor(t), shared.Namespace(t), shared.Namespace(t)
	permit(t, g, namespace)
	policy := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: own}}
	policy.Spec.NamespaceSelector.MatchLabels = map[string]string{"kubernetes.io/metadata.name": own}
	policy.Spec.Scopes = []oauthv1alpha1.Scope{"registration", "read"}
	g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) {
		addScope(s)
		registration(s).Namespaces = append(registration(s).Namespaces, oauthv1alpha1.RegistrationNamespaces{
			Name: namespace, Tokens: &oauthv1alpha1.RegistrationTokens{Clients: []string{own + ".registrar"}},
		})
	})
	create(t, g, policy)
	app := g.NewApp(t, installation.Service(own, "registrar", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Scopes = []oauthv1alpha1.Scope{"registration", "read"}
	}))
	return registrar{g, app, namespace}
}

func addScope(s *oauthv1alpha1.OAuthServer) {
	for _, scope := range s.Spec.Scopes {
		if scope.Name == "registration" {
			return
		}
	}
	s.Spec.Scopes = append(s.Spec.Scopes, oauthv1alpha1.ScopeDefinition{Name: "registration", Description: "Register clients", Restricted: true})
}

func registration(s *oauthv1alpha1.OAuthServer) *oauthv1alpha1.ServerRegistration {
	if s.Spec.Registration == nil {
		s.Spec.Registration = &oauthv1alpha1.ServerRegistration{}
	}
	return s.Spec.Registration
}

// permit lets the operator write the OAuthClients of a namespace, as an administrator does it.
func permit(t testing.TB, g *installation.Installation, namespace string) {
	t.Helper()
	kube := kube(t, g)
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: "grantor-registration"}, Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{"oauth.grantor.dev"}, Resources: []string{"oauthclients"}, Verbs: []string{"create", "update", "delete"},
	}}}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "grantor-registration"},
		RoleRef:    rbacv1.RoleRef{APIGroup: "rbac.authorization.k8s.io", Kind: "Role", Name: "grantor-registration"},
		Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: devenv.SystemNamespace, Name: devenv.OperatorAccount}},
	}
	if _, err := kube.RbacV1().Roles(namespace).Create(t.Context(), role, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
	if _, err := kube.RbacV1().RoleBindings(namespace).Create(t.Context(), binding, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

func kube(t testing.TB, g *installation.Installation) *kubernetes.Clientset {
	t.Helper()
	out, err := kubernetes.NewForConfig(g.Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func create(t testing.TB, g *installation.Installation, object client.Object) {
	t.Helper()
	if err := g.Admin.Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
}

// token returns an access token with which clients are registered.
func (r registrar) token(t testing.TB) string {
	t.Helper()
	answer := r.app.Post(t, "/token", installation.TokenForm("registration"))
	text, _ := answer.JSON["access_token"].(string)
	if text == "" {
		t.Fatalf("the registrar gets %d %s", answer.Status, answer.Body)
	}
	return text
}

// metadata is what an application says of itself.
func metadata(name string, more ...func(map[string]any)) map[string]any {
	m := map[string]any{
		"client_name": name, "redirect_uris": []string{installation.Redirect}, "grant_types": []string{"authorization_code", "refresh_token"},
		"token_endpoint_auth_method": "client_secret_basic", "scope": "openid read",
	}
	for _, f := range more {
		f(m)
	}
	return m
}

func with(name string, value any) func(map[string]any) {
	return func(m map[string]any) { m[name] = value }
}

// send sends JSON with a token to a URL.
func send(t testing.TB, method, to, token string, body any) installation.Answer {
	t.Helper()
	var text []byte
	if body != nil {
		text, _ = json.Marshal(body)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, to, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	return installation.Do(t, request)
}

// register registers a client, and fails the test where that fails. The setting of the
// server takes a moment to be everywhere.
func (r registrar) register(t testing.TB, m map[string]any) installation.Answer {
	t.Helper()
	token := r.token(t)
	var answer installation.Answer
	installation.Eventually(t, installation.Effective, func() bool {
		answer = send(t, http.MethodPost, r.g.Issuer+"/register", token, m)
		return answer.Status != http.StatusForbidden && answer.Status != http.StatusUnauthorized && answer.Status != http.StatusNotFound
	}, func() string { return "registration: " + answer.Body })
	if answer.Status != http.StatusCreated {
		t.Fatalf("registration answers %d %s", answer.Status, answer.Body)
	}
	return answer
}

// object returns the OAuthClient of an answer.
func (r registrar) object(t testing.TB, answer installation.Answer) *oauthv1alpha1.OAuthClient {
	t.Helper()
	id, _ := answer.JSON["client_id"].(string)
	out := &oauthv1alpha1.OAuthClient{}
	name := id[min(len(id), len(r.namespace)+1):]
	if err := r.g.Admin.Get(t.Context(), client.ObjectKey{Namespace: r.namespace, Name: name}, out); err != nil {
		t.Fatalf("client %q: %v", id, err)
	}
	return out
}

// edit changes the OAuthClient of an answer as a person would.
func (r registrar) edit(t testing.TB, answer installation.Answer, change func(*oauthv1alpha1.OAuthClientSpec)) {
	t.Helper()
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		object := r.object(t, answer)
		change(&object.Spec)
		return r.g.Admin.Update(t.Context(), object)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func text(answer installation.Answer, member string) string {
	value, _ := answer.JSON[member].(string)
	return value
}

// serviceAccountToken returns a token of a ServiceAccount, which it creates.
func serviceAccountToken(t testing.TB, g *installation.Installation, namespace, name string, audiences ...string) string {
	t.Helper()
	accounts := kube(t, g).CoreV1().ServiceAccounts(namespace)
	_, _ = accounts.Create(t.Context(), &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{Audiences: audiences}}
	answer, err := accounts.CreateToken(t.Context(), name, request, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Status.Token
}

// authenticates reports whether every replica accepts the credentials of an answer.
func (r registrar) authenticates(t testing.TB, answer installation.Answer, wanted bool) {
	t.Helper()
	for _, replica := range r.g.Servers {
		got := installation.Post(t, replica.Options().URL+"/introspect", text(answer, "client_id"), text(answer, "client_secret"), url.Values{"token": {"x"}})
		if (got.Status == http.StatusOK) != wanted {
			t.Errorf("the client authenticates: %t; %d %s", !wanted, got.Status, got.Body)
		}
	}
}
