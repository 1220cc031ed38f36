package oauthtokens

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/tokenprovider"
)

const redirectURI = "https://auth.example.com/connect/reports/crm/callback"

// scene is one OAuthToken at one provider.
type scene struct {
	t        testing.TB
	kube     *devenv.Kube
	admin    client.Client
	clock    *clock
	provider *tokenprovider.Provider
	from     *handovers
	events   *recorder
	token    *oauthv1alpha1.OAuthToken
	// active reports whether the provider says that a token is active.
	active func(token string) bool
}

// newScene creates an OAuthToken that a person authorizes, or one for client_credentials.
func newScene(t testing.TB, grant oauthv1alpha1.TokenGrant, change ...func(*oauthv1alpha1.OAuthToken)) *scene {
	t.Helper()
	return newSceneIn(t, cluster.Kube(t), grant, change...)
}

// newSceneIn does so in a cluster.
func newSceneIn(t testing.TB, kube *devenv.Kube, grant oauthv1alpha1.TokenGrant, change ...func(*oauthv1alpha1.OAuthToken)) *scene {
	t.Helper()
	admin, err := installation.NewAdmin(kube)
	if err != nil {
		t.Fatal(err)
	}
	s := &scene{t: t, kube: kube, admin: admin, clock: newClock(), from: &handovers{}, events: &recorder{}}
	s.provider = tokenprovider.Start(t, s.clock.Now)
	s.active = s.provider.Valid
	namespace := devenv.Namespace(t, kube.Config)
	server := &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "people"}}
	server.Spec.Issuer = "https://" + namespace + ".example.com"
	s.create(server)
	s.create(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "crm-app"}, StringData: map[string]string{"secret": tokenprovider.ClientSecret}})
	s.token = &oauthv1alpha1.OAuthToken{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "crm"}, Spec: oauthv1alpha1.OAuthTokenSpec{
		Provider: &oauthv1alpha1.TokenProvider{Custom: &oauthv1alpha1.TokenCustomProvider{Issuer: oauthv1alpha1.WebURI(s.provider.URL)}},
		ClientID: tokenprovider.ClientID, ClientSecretRef: &oauthv1alpha1.TokenSecretReference{Name: "crm-app", Key: "secret"}, Grant: grant,
		Scopes: []string{"read", "write"},
	}}
	if grant == oauthv1alpha1.TokenGrantAuthorizationCode {
		s.token.Spec.ServerRef = &oauthv1alpha1.ServerReference{Name: "people"}
		s.token.Spec.AuthorizedBy = &oauthv1alpha1.TokenAuthorizers{Users: []string{"ada"}}
	}
	for _, f := range change {
		f(s.token)
	}
	s.create(s.token)
	return s
}

func (s *scene) create(object client.Object) {
	s.t.Helper()
	if err := s.admin.Create(s.t.Context(), object); err != nil {
		s.t.Fatal(err)
	}
}

func (s *scene) operator(dies moment) *operator {
	return newOperator(s.t, s, dies, netip.MustParsePrefix("127.0.0.0/8"))
}

// closed is an operator that calls public addresses only.
func (s *scene) closed() *operator { return newOperator(s.t, s, moment{}) }

func (s *scene) update() {
	s.t.Helper()
	if err := s.admin.Update(s.t.Context(), s.token); err != nil {
		s.t.Fatal(err)
	}
}

func (s *scene) remove(object client.Object) {
	s.t.Helper()
	if err := s.admin.Delete(s.t.Context(), object); err != nil {
		s.t.Fatal(err)
	}
}

func describe(t testing.TB, object any) string {
	t.Helper()
	text, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// tryToRest reconciles some times, as a leader that does not know of the other one.
func (s *scene) tryToRest(o *operator) {
	for range 5 {
		if _, err := o.reconcile(s.t.Context(), client.ObjectKeyFromObject(s.token)); err != nil && !apierrors.IsConflict(err) {
			s.t.Errorf("reconcile: %v", err)
		}
	}
}

// authorize lets a person hand over a code.
func (s *scene) authorize() {
	text, verifier := s.provider.Authorize(redirectURI)
	s.from.next.Store(&oauthtoken.Handover{ID: rand.Text(), Code: text, Verifier: verifier, RedirectURI: redirectURI, Person: "ada", At: s.clock.Now()})
}

// settle reconciles until the next reconcile is more than some seconds away, and returns when
// that is. What passes until then is no longer than a takeover.
func (s *scene) settle(o *operator) (time.Duration, error) {
	s.t.Helper()
	for range 40 {
		result, err := o.reconcile(s.t.Context(), client.ObjectKeyFromObject(s.token))
		if errors.Is(err, errDead) {
			return 0, err
		}
		if err != nil && !apierrors.IsConflict(err) {
			s.t.Fatalf("reconcile: %v", err)
		}
		if err == nil && result.RequeueAfter == 0 || result.RequeueAfter > time.Second {
			return result.RequeueAfter, nil
		}
		s.clock.turn(result.RequeueAfter)
	}
	s.t.Fatal("it does not come to rest")
	return 0, nil
}

// rest settles with an operator that does not die.
func (s *scene) rest(o *operator) time.Duration {
	s.t.Helper()
	wait, err := s.settle(o)
	if err != nil {
		s.t.Fatal(err)
	}
	return wait
}

// status returns the stored status.
func (s *scene) status() oauthv1alpha1.OAuthTokenStatus {
	s.t.Helper()
	if err := s.admin.Get(s.t.Context(), client.ObjectKeyFromObject(s.token), s.token); err != nil {
		s.t.Fatal(err)
	}
	return s.token.Status
}

// has checks a condition.
func (s *scene) has(conditionType string, status metav1.ConditionStatus, reason string) {
	s.t.Helper()
	got := meta.FindStatusCondition(s.status().Conditions, conditionType)
	if got == nil || got.Status != status || got.Reason != reason {
		s.t.Errorf("%s is not %s %s: %+v", conditionType, status, reason, s.token.Status.Conditions)
	}
}

// secret reads a Secret; it has no data if there is none.
func (s *scene) secret(name string) *corev1.Secret {
	s.t.Helper()
	secret := &corev1.Secret{}
	if err := s.admin.Get(s.t.Context(), client.ObjectKey{Namespace: s.token.Namespace, Name: name}, secret); client.IgnoreNotFound(err) != nil {
		s.t.Fatal(err)
	}
	return secret
}

// shown returns the access token that pods see.
func (s *scene) shown() string {
	return string(s.secret(s.token.TokenSecretName()).Data["access_token"])
}

// valid checks that pods see a token that is valid now.
func (s *scene) valid(when string) {
	s.t.Helper()
	if token := s.shown(); !s.active(token) {
		s.t.Errorf("%s: the Secret has no valid token (it has %d bytes): %s", when, len(token), fmt.Sprint(s.status().Conditions))
	}
}
