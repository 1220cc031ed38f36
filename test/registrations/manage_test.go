package registrations

import (
	"net/http"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

func TestAClientManagesItsRegistration(t *testing.T) {
	r := newRegistrar(t)
	answer := r.register(t, metadata("Managed"))
	at, token := text(answer, "registration_client_uri"), text(answer, "registration_access_token")

	read := send(t, http.MethodGet, at, token, nil)
	for _, member := range []string{"client_id", "client_secret", "registration_access_token", "registration_client_uri", "client_name"} {
		if read.Status != http.StatusOK || text(read, member) != text(answer, member) {
			t.Errorf("%s is %q, and was %q; %d", member, text(read, member), text(answer, member), read.Status)
		}
	}

	// What an administrator says stays.
	r.edit(t, answer, func(spec *oauthv1alpha1.OAuthClientSpec) { spec.Access.Groups = []string{"staff"} })
	next := metadata("Renamed", with("client_id", text(answer, "client_id")), with("redirect_uris", []string{"https://other.example/cb"}))
	changed := send(t, http.MethodPut, at, token, next)
	if changed.Status != http.StatusOK || text(changed, "client_name") != "Renamed" || text(changed, "client_secret") != text(answer, "client_secret") ||
		text(changed, "registration_access_token") != token {
		t.Errorf("a change answers %d %s", changed.Status, changed.Body)
	}
	object := r.object(t, answer)
	if object.Spec.DisplayName != "Renamed" || object.Spec.RedirectURIs[0] != "https://other.example/cb" || len(object.Spec.Access.Groups) != 1 {
		t.Errorf("the OAuthClient is %+v", object.Spec)
	}
	r.authenticates(t, changed, true)

	for name, test := range map[string]struct {
		method, at, token string
		body              any
		status            int
	}{
		"no token":                     {http.MethodGet, at, "", nil, 401},
		"a wrong token":                {http.MethodGet, at, "gra_" + token[5:] + "A", nil, 401},
		"the token that registers":     {http.MethodGet, at, r.token(t), nil, 401},
		"another registration":         {http.MethodGet, at[:len(at)-1] + "g", token, nil, 401},
		"another way":                  {http.MethodPost, at, token, next, 405},
		"no client_id":                 {http.MethodPut, at, token, metadata("x"), 400},
		"another client_id":            {http.MethodPut, at, token, metadata("x", with("client_id", r.app.ID)), 400},
		"a scope that it may not have": {http.MethodPut, at, token, metadata("x", with("client_id", text(answer, "client_id")), with("scope", "registration")), 400},
	} {
		if got := send(t, test.method, test.at, test.token, test.body); got.Status != test.status {
			t.Errorf("%s: %d %s", name, got.Status, got.Body)
		}
	}
	impossible := send(t, http.MethodPut, at, token, metadata("Impossible", with("client_id", text(answer, "client_id")), with("redirect_uris", []string{"https://-other.example/"})))
	if impossible.Status != http.StatusBadRequest || impossible.Code() != "invalid_client_metadata" {
		t.Errorf("what the schema refuses: %d %s", impossible.Status, impossible.Body)
	}
	if read := send(t, http.MethodGet, at, token, nil); read.Status != http.StatusOK || text(read, "client_name") != "Renamed" {
		t.Errorf("after that, the registration is %d %s", read.Status, read.Body)
	}
	changed = send(t, http.MethodPut, at, token, next)
	if changed.Status != http.StatusOK {
		t.Fatalf("after that, a change answers %d %s", changed.Status, changed.Body)
	}
	generation := r.registrationOf(t, answer).Spec.Generation
	if got := send(t, http.MethodPut, at, token, next); got.Status != http.StatusOK || r.registrationOf(t, answer).Spec.Generation != generation {
		t.Errorf("a change of nothing is stored: %d %s", got.Status, got.Body)
	}
	suspend := func(suspended bool, status int) {
		t.Helper()
		r.edit(t, answer, func(spec *oauthv1alpha1.OAuthClientSpec) { spec.Suspend = suspended })
		installation.Eventually(t, installation.Effective, func() bool { return send(t, http.MethodGet, at, token, nil).Status == status },
			func() string { return http.StatusText(status) })
	}
	suspend(true, http.StatusForbidden)
	if got := send(t, http.MethodPut, at, token, metadata("Suspended", with("client_id", text(answer, "client_id")))); got.Status != http.StatusForbidden ||
		r.registrationOf(t, answer).Spec.Generation != generation {
		t.Errorf("a change while it is suspended: %d %s", got.Status, got.Body)
	}
	suspend(false, http.StatusOK)
	if got := send(t, http.MethodDelete, at, token, nil); got.Status != http.StatusNoContent || got.Body != "" {
		t.Errorf("the end answers %d %s", got.Status, got.Body)
	}
	if err := r.g.Admin.Get(t.Context(), client.ObjectKeyFromObject(object), &oauthv1alpha1.OAuthClient{}); !apierrors.IsNotFound(err) {
		t.Errorf("after the end, the OAuthClient is there: %v", err)
	}
	if got := send(t, http.MethodGet, at, token, nil); got.Status != http.StatusUnauthorized {
		t.Errorf("after the end: %d %s", got.Status, got.Body)
	}
}

// A person who suspects that a secret leaked replaces it in the OAuthClient.
func TestAnotherGenerationMakesTheSecretVoid(t *testing.T) {
	r := newRegistrar(t)
	answer := r.register(t, metadata("Leaked"))
	r.edit(t, answer, func(spec *oauthv1alpha1.OAuthClientSpec) { spec.Secret.Derived.Generation++ })
	var next installation.Answer
	installation.Eventually(t, installation.Effective, func() bool {
		next = send(t, http.MethodGet, text(answer, "registration_client_uri"), text(answer, "registration_access_token"), nil)
		return next.Status == http.StatusOK && text(next, "client_secret") != text(answer, "client_secret")
	}, func() string { return "secret: " + next.Body })
	r.authenticates(t, next, true)
	r.authenticates(t, answer, false)
}
