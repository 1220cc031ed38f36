package registrations

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// A client that registered can do at once, at every replica, what any other can.
func TestARegisteredClientSignsUsersIn(t *testing.T) {
	r := newRegistrar(t)
	answer := r.register(t, metadata("Tool", with("software_id", "tool"), with("software_version", "1.0"), with("client_uri", "https://app.example")))
	if !strings.HasPrefix(text(answer, "client_id"), r.namespace+".reg-") || !strings.HasPrefix(text(answer, "client_secret"), "gcs_") ||
		!strings.HasPrefix(text(answer, "registration_access_token"), "gra_") || answer.JSON["client_secret_expires_at"] == nil || answer.JSON["client_secret_expires_at"] == 0.0 ||
		answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the answer is %v %s", answer.Header, answer.Body)
	}
	r.authenticates(t, answer, true)
	object := r.object(t, answer)
	for name, want := range map[string]string{oauthv1alpha1.AnnotationRegistrant: r.app.ID, oauthv1alpha1.AnnotationSoftware: "tool 1.0"} {
		if object.Annotations[name] != want {
			t.Errorf("annotation %s is %q", name, object.Annotations[name])
		}
	}
	if object.Labels[oauthv1alpha1.LabelRegistered] == "" || object.Spec.Secret.Derived == nil || len(object.Status.Credentials) > 0 ||
		!meta.IsStatusConditionTrue(object.Status.Conditions, oauthv1alpha1.ConditionReady) {
		t.Errorf("the OAuthClient is %+v", object)
	}
	secrets := &corev1.SecretList{}
	if err := r.g.Admin.List(t.Context(), secrets, client.InNamespace(r.namespace)); err != nil || len(secrets.Items) > 0 {
		t.Errorf("%d Secrets, %v", len(secrets.Items), err)
	}

	app := installation.App{Issuer: r.g.Issuer, ID: text(answer, "client_id"), Secret: text(answer, "client_secret"), Redirect: installation.Redirect}
	v := installation.NewVisitor(http.DefaultTransport, r.g.Issuer)
	tokens := app.Tokens(t, v, "alice", nil)
	if tokens["access_token"] == nil || tokens["refresh_token"] == nil {
		t.Errorf("the client gets %v", tokens)
	}
}

// Identical requests at once, at three replicas, are one client.
func TestIdenticalRegistrationsAreOneClient(t *testing.T) {
	r := newRegistrar(t)
	first := r.register(t, metadata("Same"))
	answers, token := make([]installation.Answer, 12), r.token(t)
	var work sync.WaitGroup
	for n := range answers {
		work.Go(func() {
			answers[n] = send(t, http.MethodPost, r.g.Servers[n%3].Options().URL+"/register", token, metadata("Other", with("software_id", "one")))
		})
	}
	work.Wait()
	for _, answer := range answers {
		if answer.Status != http.StatusCreated || text(answer, "client_id") != text(answers[0], "client_id") ||
			text(answer, "client_secret") != text(answers[0], "client_secret") || text(answer, "client_id") == text(first, "client_id") {
			t.Errorf("%d %s", answer.Status, answer.Body)
		}
	}
	list := &oauthv1alpha1.OAuthClientList{}
	if err := r.g.Admin.List(t.Context(), list, client.InNamespace(r.namespace)); err != nil || len(list.Items) != 2 {
		t.Errorf("%d OAuthClients, %v", len(list.Items), err)
	}
	if again := r.register(t, metadata("Same")); text(again, "client_id") != text(first, "client_id") || text(again, "client_secret") != text(first, "client_secret") {
		t.Errorf("the same request again is another client: %s", again.Body)
	}
}

// While there is no operator, a request waits and fails; the same request later succeeds.
func TestARegistrationGoesOnWhenTheOperatorIsBack(t *testing.T) {
	r := newRegistrar(t)
	_ = r.register(t, metadata("Before"))
	token := r.token(t)
	if err := r.g.Operator.Kill(); err != nil {
		t.Fatal(err)
	}
	answer := send(t, http.MethodPost, r.g.Issuer+"/register", token, metadata("During"))
	if err := r.g.Operator.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if answer.Status != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" || answer.Code() != "temporarily_unavailable" {
		t.Errorf("without an operator: %d %s", answer.Status, answer.Body)
	}
	installation.Eventually(t, installation.Effective, func() bool {
		answer = send(t, http.MethodPost, r.g.Issuer+"/register", token, metadata("During"))
		return answer.Status == http.StatusCreated
	}, func() string { return "registration: " + answer.Body })
	r.authenticates(t, answer, true)
	list := &sessionv1alpha1.RegistrationList{}
	if err := r.g.Admin.List(t.Context(), list, client.InNamespace(devenv.SystemNamespace)); err != nil {
		t.Fatal(err)
	}
	mine := slices.DeleteFunc(list.Items, func(g sessionv1alpha1.Registration) bool { return g.Spec.Namespace != r.namespace })
	if len(mine) != 2 {
		t.Errorf("%d Registrations", len(mine))
	}
}

// What becomes of a client whose OAuthClient somebody deletes: it ends, and can register again
// as another one.
func TestDeletingTheOAuthClientEndsTheRegistration(t *testing.T) {
	r := newRegistrar(t)
	answer := r.register(t, metadata("Deleted"))
	object := r.object(t, answer)
	if err := r.g.Admin.Delete(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, installation.Effective, func() bool {
		got := send(t, http.MethodGet, text(answer, "registration_client_uri"), text(answer, "registration_access_token"), nil)
		return got.Status == http.StatusUnauthorized
	}, func() string { return "end of the registration" })
	if err := r.g.Admin.Get(t.Context(), client.ObjectKeyFromObject(object), object); !apierrors.IsNotFound(err) {
		t.Errorf("the OAuthClient is back: %v", err)
	}
	again := r.register(t, metadata("Deleted"))
	if text(again, "client_secret") == text(answer, "client_secret") || text(again, "registration_access_token") == text(answer, "registration_access_token") {
		t.Error("the secrets of the deleted client count again")
	}
	r.authenticates(t, again, true)
	answer.JSON["client_id"] = text(again, "client_id")
	r.authenticates(t, answer, false)
}

// Who may register, and what.
func TestRefusedRegistrations(t *testing.T) {
	r := newRegistrar(t)
	_ = r.register(t, metadata("Allowed"))
	stranger := r.g.NewApp(t, installation.Service(shared.Namespace(t), "stranger"))
	plain := func(app installation.App, scope string) string {
		return text(app.Post(t, "/token", installation.TokenForm(scope)), "access_token")
	}
	token := r.token(t)
	for name, test := range map[string]struct {
		token  string
		body   map[string]any
		status int
		code   string
	}{
		"no token":               {"", metadata("x"), 401, "invalid_request"},
		"a text":                 {"x", metadata("x"), 401, "invalid_token"},
		"a token without scope":  {plain(r.app, "read"), metadata("x"), 403, "insufficient_scope"},
		"a token of another":     {plain(stranger, "read"), metadata("x"), 403, "insufficient_scope"},
		"an unlisted audience":   {serviceAccountToken(t, r.g, r.namespace, "builder", "https://elsewhere.example"), metadata("x"), 401, "invalid_token"},
		"a ServiceAccount":       {serviceAccountToken(t, r.g, r.namespace, "builder", r.g.Issuer), metadata("x"), 403, "insufficient_scope"},
		"no redirect URI":        {token, metadata("x", with("redirect_uris", []string{})), 400, "invalid_redirect_uri"},
		"http elsewhere":         {token, metadata("x", with("redirect_uris", []string{"http://app.example/"})), 400, "invalid_redirect_uri"},
		"a wildcard":             {token, metadata("x", with("redirect_uris", []string{"https://*.app.example/"})), 400, "invalid_redirect_uri"},
		"a native one on https":  {token, metadata("x", with("application_type", "native")), 400, "invalid_redirect_uri"},
		"a port that is none":    {token, metadata("x", with("redirect_uris", []string{"https://app.example:99999/"})), 400, "invalid_redirect_uri"},
		"what the schema says":   {token, metadata("x", with("redirect_uris", []string{"https://-app.example/"})), 400, "invalid_client_metadata"},
		"an unknown grant":       {token, metadata("x", with("grant_types", []string{"password"})), 400, "invalid_client_metadata"},
		"an unknown response":    {token, metadata("x", with("response_types", []string{"token"})), 400, "invalid_client_metadata"},
		"an unknown method":      {token, metadata("x", with("token_endpoint_auth_method", "telepathy")), 400, "invalid_client_metadata"},
		"no keys":                {token, metadata("x", with("token_endpoint_auth_method", "private_key_jwt")), 400, "invalid_client_metadata"},
		"an unknown scope":       {token, metadata("x", with("scope", "fly")), 400, "invalid_client_metadata"},
		"a restricted scope":     {token, metadata("x", with("scope", "registration")), 400, "invalid_client_metadata"},
		"a software statement":   {token, metadata("x", with("software_statement", "x")), 400, "unapproved_software_statement"},
		"public and credentials": {token, metadata("x", with("token_endpoint_auth_method", "none"), with("grant_types", []string{"client_credentials"}), with("redirect_uris", []string{})), 400, "invalid_client_metadata"},
	} {
		answer := send(t, http.MethodPost, r.g.Issuer+"/register", test.token, test.body)
		if answer.Status != test.status || answer.Code() != test.code && test.token != "" {
			t.Errorf("%s: %d %s %v", name, answer.Status, answer.Body, answer.Header)
		}
	}
}

// The policies of a namespace hold for what is registered in it, whatever the registrar may.
func TestPoliciesOfTheNamespaceCount(t *testing.T) {
	r := newRegistrar(t)
	_ = r.register(t, metadata("Before"))
	policy := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: r.namespace}}
	policy.Spec.NamespaceSelector.MatchLabels = map[string]string{"kubernetes.io/metadata.name": r.namespace}
	policy.Spec.RedirectHosts = []oauthv1alpha1.HostPattern{"tenant.example"}
	policy.Spec.Scopes = []oauthv1alpha1.Scope{"openid"}
	create(t, r.g, policy)
	token := r.token(t)
	var answer installation.Answer
	installation.Eventually(t, installation.Effective, func() bool {
		answer = send(t, http.MethodPost, r.g.Issuer+"/register", token, metadata("After"))
		return answer.Status == http.StatusBadRequest && answer.Code() == "invalid_redirect_uri"
	}, func() string { return "refusal: " + answer.Body })
	answer = send(t, http.MethodPost, r.g.Issuer+"/register", token, metadata("After", with("redirect_uris", []string{"https://tenant.example/"})))
	if answer.Status != http.StatusBadRequest || answer.Code() != "invalid_client_metadata" || !strings.Contains(answer.Body, "read") {
		t.Errorf("a scope beyond the policy: %d %s", answer.Status, answer.Body)
	}
	answer = send(t, http.MethodPost, r.g.Issuer+"/register", token, metadata("After", with("redirect_uris", []string{"https://tenant.example/"}), with("scope", "openid")))
	if answer.Status != http.StatusCreated {
		t.Errorf("within the policy: %d %s", answer.Status, answer.Body)
	}
}

// A ServiceAccount registers in its own namespace and in no other.
func TestServiceAccountsRegisterInTheirOwnNamespace(t *testing.T) {
	r := newRegistrar(t)
	r.g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) {
		registration(s).Namespaces = append(registration(s).Namespaces, oauthv1alpha1.RegistrationNamespaces{
			Selector:        &metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": r.namespace}},
			ServiceAccounts: oauthv1alpha1.RegistrationServiceAccountsOwn,
		})
	})
	token := serviceAccountToken(t, r.g, r.namespace, "builder", r.g.Issuer)
	var answer installation.Answer
	installation.Eventually(t, installation.Effective, func() bool {
		answer = send(t, http.MethodPost, r.g.Issuer+"/register", token, metadata("Own"))
		return answer.Status == http.StatusCreated
	}, func() string { return "registration: " + answer.Body })
	r.authenticates(t, answer, true)
	if got := r.object(t, answer).Annotations[oauthv1alpha1.AnnotationRegistrant]; got != "system:serviceaccount:"+r.namespace+":builder" {
		t.Errorf("it was registered by %s", got)
	}
	other := send(t, http.MethodPost, r.g.Issuer+"/register", serviceAccountToken(t, r.g, shared.Namespace(t), "builder", r.g.Issuer), metadata("Own"))
	if other.Status != http.StatusForbidden {
		t.Errorf("a ServiceAccount of another namespace: %d %s", other.Status, other.Body)
	}
}

// A namespace has no more registered clients than it may, whoever counts.
func TestANamespaceHasOnlySoManyRegisteredClients(t *testing.T) {
	r := newRegistrar(t)
	_ = r.register(t, metadata("0"))
	r.g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { registration(s).Limits.PerNamespace = 3 })
	t.Cleanup(func() {
		r.g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { registration(s).Limits.PerNamespace = 50 })
	})
	token := r.token(t)
	answers := make([]installation.Answer, 9)
	var work sync.WaitGroup
	for n := range answers {
		work.Go(func() {
			answers[n] = send(t, http.MethodPost, r.g.Servers[n%3].Options().URL+"/register", token, metadata("app", with("software_id", string(rune('a'+n)))))
		})
	}
	work.Wait()
	made := 0
	for _, answer := range answers {
		if answer.Status == http.StatusCreated {
			made++
		}
	}
	list := &oauthv1alpha1.OAuthClientList{}
	if err := r.g.Admin.List(t.Context(), list, client.InNamespace(r.namespace)); err != nil || len(list.Items) > 3 || made != 2 {
		t.Errorf("%d answers and %d OAuthClients, %v", made, len(list.Items), err)
	}
}

// A registration costs one write of the server, one OAuthClient, and a note of the operator.
func TestWhatARegistrationCosts(t *testing.T) {
	r := newRegistrar(t)
	_ = r.register(t, metadata("Before"))
	counted := func() devenv.Counts {
		all, err := devenv.RequestCounts(t.Context(), r.g.Kube.Config)
		if err != nil {
			t.Fatal(err)
		}
		return all.Filter(func(key devenv.RequestKey) bool {
			return key.Resource == "registrations" && key.Verb != "watch" || key.Resource == "oauthclients" && slices.Contains([]string{"create", "update", "delete"}, key.Verb)
		})
	}
	before, token := counted(), r.token(t)
	answer := send(t, http.MethodPost, r.g.Issuer+"/register", token, metadata("Counted"))
	if answer.Status != http.StatusCreated {
		t.Fatalf("registration answers %d %s", answer.Status, answer.Body)
	}
	wanted := installation.Asks("create registrations", "update registrations")
	wanted[devenv.RequestKey{Verb: "create", Group: "oauth.grantor.dev", Resource: "oauthclients"}]++
	installation.Eventually(t, installation.Effective, func() bool { return counted().Diff(before).String() == wanted.String() },
		func() string {
			return "answer that costs " + wanted.String() + "; it cost " + counted().Diff(before).String()
		})
}

// Where the operator has no Role, the OAuthServer says so, and a registration waits until it has
// one.
func TestANamespaceInWhichTheOperatorMayNotWrite(t *testing.T) {
	r := newRegistrar(t)
	_ = r.register(t, metadata("Permitted"))
	roles := kube(t, r.g).RbacV1().RoleBindings(r.namespace)
	if err := roles.Delete(t.Context(), "grantor-registration", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	token := r.token(t)
	var answer installation.Answer
	try := 0
	waits := func() map[string]any { return metadata("Waits", with("software_id", fmt.Sprint(try))) }
	installation.Eventually(t, installation.Effective, func() bool {
		try++
		answer = send(t, http.MethodPost, r.g.Issuer+"/register", token, waits())
		return answer.Status == http.StatusServiceUnavailable
	}, func() string { return "request that waits: " + answer.Body })
	permit(t, r.g, r.namespace)
	installation.Eventually(t, time.Minute, func() bool {
		answer = send(t, http.MethodPost, r.g.Issuer+"/register", token, waits())
		return answer.Status == http.StatusCreated
	}, func() string { return "registration: " + answer.Body })

	unknown := shared.Namespace(t)
	former := r.g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) {
		registration(s).Namespaces = append(registration(s).Namespaces, oauthv1alpha1.RegistrationNamespaces{
			Name: unknown, ServiceAccounts: oauthv1alpha1.RegistrationServiceAccountsOwn,
		})
	})
	t.Cleanup(func() {
		r.g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Registration = former.Spec.Registration })
	})
	reason := ""
	says := func(wanted string) {
		t.Helper()
		installation.Eventually(t, time.Minute, func() bool {
			server := &oauthv1alpha1.OAuthServer{}
			if err := r.g.Admin.Get(t.Context(), client.ObjectKeyFromObject(former), server); err != nil {
				t.Fatal(err)
			}
			condition := meta.FindStatusCondition(server.Status.Conditions, oauthv1alpha1.ConditionRegistrationReady)
			if condition == nil {
				return false
			}
			reason = condition.Reason
			return reason == wanted && (reason == oauthv1alpha1.ReasonRegistrationPermitted || strings.Contains(condition.Message, unknown))
		}, func() string { return wanted + "; it is " + reason })
	}
	says(oauthv1alpha1.ReasonRegistrationNotPermitted)
	permit(t, r.g, unknown)
	says(oauthv1alpha1.ReasonRegistrationPermitted)
}

// No program writes a secret or a token of a registered client to its log, nor into an object.
func TestNoSecretLeaks(t *testing.T) {
	r := newRegistrar(t)
	answer := r.register(t, metadata("Quiet"))
	_ = send(t, http.MethodGet, text(answer, "registration_client_uri"), text(answer, "registration_access_token"), nil)
	r.authenticates(t, answer, true)
	secrets := []string{text(answer, "client_secret"), text(answer, "registration_access_token")}
	logs, err := filepath.Glob(filepath.Join(r.g.Dir, "*.log"))
	if err != nil || len(logs) < 4 {
		t.Fatalf("%d logs, %v", len(logs), err)
	}
	leaks := func(where, content string) {
		for _, secret := range secrets {
			if strings.Contains(content, secret[4:]) {
				t.Errorf("%s has a secret", where)
			}
		}
	}
	for _, name := range logs {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		leaks(name, string(content))
	}
	object, err := json.Marshal(r.object(t, answer))
	if err != nil {
		t.Fatal(err)
	}
	leaks("the OAuthClient", string(object))
	list := &sessionv1alpha1.RegistrationList{}
	if err := r.g.Admin.List(t.Context(), list, client.InNamespace(devenv.SystemNamespace)); err != nil {
		t.Fatal(err)
	}
	all, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	leaks("a Registration", string(all))
}

// A cluster that was restored without its Registrations has the OAuthClients; the same request
// again takes them over.
func TestALostRegistrationComesBack(t *testing.T) {
	r := newRegistrar(t)
	answer := r.register(t, metadata("Lost"))
	before := r.object(t, answer)
	at := text(answer, "registration_client_uri")
	lost := &sessionv1alpha1.Registration{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: at[strings.LastIndex(at, "/")+1:]}}
	if err := r.g.Admin.Delete(t.Context(), lost); err != nil {
		t.Fatal(err)
	}
	var again installation.Answer
	token := r.token(t)
	installation.Eventually(t, installation.Effective, func() bool {
		again = send(t, http.MethodPost, r.g.Issuer+"/register", token, metadata("Lost"))
		return again.Status == http.StatusCreated
	}, func() string { return "registration: " + again.Body })
	if after := r.object(t, again); after.UID != before.UID || text(again, "client_secret") != text(answer, "client_secret") ||
		text(again, "registration_access_token") == text(answer, "registration_access_token") {
		t.Errorf("it comes back as %s", again.Body)
	}
	r.authenticates(t, again, true)
}

// Whoever can write a Registration but has not the keys of the server makes no OAuthClient with
// it, not even of one that the server wrote elsewhere.
func TestAForgedRegistrationMakesNothing(t *testing.T) {
	r := newRegistrar(t)
	at := text(r.register(t, metadata("Real")), "registration_client_uri")
	stored := &sessionv1alpha1.Registration{}
	if err := r.g.Admin.Get(t.Context(), client.ObjectKey{Namespace: devenv.SystemNamespace, Name: at[strings.LastIndex(at, "/")+1:]}, stored); err != nil {
		t.Fatal(err)
	}
	for n, change := range []func(*sessionv1alpha1.RegistrationSpec){
		func(*sessionv1alpha1.RegistrationSpec) {},
		func(s *sessionv1alpha1.RegistrationSpec) {
			s.Payload = `{"spec":{"grantTypes":["client_credentials"]}}`
		},
		func(s *sessionv1alpha1.RegistrationSpec) { s.Seal = "v1.x.y" },
	} {
		forged := &sessionv1alpha1.Registration{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: fmt.Sprintf("%040x", n)}, Spec: stored.Spec}
		forged.Spec.ClientUID, forged.Spec.Client = "", fmt.Sprintf("forged-%d", n)
		change(&forged.Spec)
		create(t, r.g, forged)
		t.Cleanup(func() { _ = r.g.Admin.Delete(context.WithoutCancel(t.Context()), forged) })
	}
	_ = r.register(t, metadata("After"))
	list := &oauthv1alpha1.OAuthClientList{}
	if err := r.g.Admin.List(t.Context(), list, client.InNamespace(r.namespace)); err != nil || len(list.Items) != 2 {
		t.Errorf("%d OAuthClients, %v", len(list.Items), err)
	}
}
