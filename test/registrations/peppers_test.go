package registrations

import (
	"net/http"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/test/installation"
)

// registrationOf returns the Registration of an answer.
func (r registrar) registrationOf(t testing.TB, answer installation.Answer) *sessionv1alpha1.Registration {
	t.Helper()
	at, out := text(answer, "registration_client_uri"), &sessionv1alpha1.Registration{}
	name := client.ObjectKey{Namespace: devenv.SystemNamespace, Name: at[strings.LastIndex(at, "/")+1:]}
	if err := r.g.Admin.Get(t.Context(), name, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// Registrations move to the next pepper, so that the former one can go and their tokens stay.
func TestRegistrationsMoveToTheNextPepper(t *testing.T) {
	r := newRegistrar(t)
	answer := r.register(t, metadata("Moves"))
	was := credentials.PepperID(r.registrationOf(t, answer).Spec.Seal)
	r.g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Keys.RequestedAt = &metav1.Time{Time: time.Now()} })
	installation.Eventually(t, time.Minute, func() bool { return credentials.PepperID(r.registrationOf(t, answer).Spec.Seal) != was },
		func() string { return "seal of another pepper" })
	if got := send(t, http.MethodGet, text(answer, "registration_client_uri"), text(answer, "registration_access_token"), nil); got.Status != http.StatusOK {
		t.Errorf("after that, the registration is %d %s", got.Status, got.Body)
	}
}

// What somebody changed in a Registration is not replaced by what was registered first.
func TestAVoidRegistrationBringsNothingBack(t *testing.T) {
	r := newRegistrar(t)
	answer := r.register(t, metadata("Void"))
	stored := r.registrationOf(t, answer)
	stored.Spec.Seal = "v1.gone.AAAA"
	if err := r.g.Admin.Update(t.Context(), stored); err != nil {
		t.Fatal(err)
	}
	if got := send(t, http.MethodPost, r.g.Issuer+"/register", r.token(t), metadata("Void")); got.Status != http.StatusBadRequest || got.Code() != "invalid_client_metadata" {
		t.Errorf("the same again: %d %s", got.Status, got.Body)
	}
	if now := r.registrationOf(t, answer); now.Spec.Generation != 1 || now.Spec.Seal != stored.Spec.Seal {
		t.Errorf("it was written over: %+v", now.Spec)
	}
}
