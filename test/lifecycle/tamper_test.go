package lifecycle

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"k8s.io/apimachinery/pkg/api/meta"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// Whatever a user writes into a status authenticates no client, changes no secret, and
// is put right.
func TestStatusWrittenByHandIsRepaired(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	other := service(t, g, ns, "other")
	otherSecret := value(t, g, other)
	for name, tamper := range map[string]func(*oauthv1alpha1.OAuthClientStatus){
		"another-clients-digest": func(s *oauthv1alpha1.OAuthClientStatus) {
			s.Credentials = append(s.Credentials, reload(t, g, other.DeepCopy()).Status.Credentials...)
		},
		"another-clients-digest-first": func(s *oauthv1alpha1.OAuthClientStatus) {
			s.Credentials = append(reload(t, g, other.DeepCopy()).Status.Credentials, s.Credentials...)
		},
		"malformed-digests": func(s *oauthv1alpha1.OAuthClientStatus) {
			for _, digest := range []string{"x", "v1.a.b.c", "v2.0.0.0", "...."} {
				s.Credentials = append(s.Credentials, oauthv1alpha1.CredentialStatus{Digest: digest, CreatedAt: metav1.Now()})
			}
		},
		"changed-age": func(s *oauthv1alpha1.OAuthClientStatus) {
			s.Credentials[0].CreatedAt = metav1.NewTime(time.Now().Add(-time.Hour))
		},
		"no-digests":    func(s *oauthv1alpha1.OAuthClientStatus) { s.Credentials = nil },
		"no-conditions": func(s *oauthv1alpha1.OAuthClientStatus) { s.Conditions = nil },
		"forged-stall": func(s *oauthv1alpha1.OAuthClientStatus) {
			forge(s, oauthv1alpha1.ConditionStalled, metav1.ConditionTrue)
		},
		"forged-unreadiness": func(s *oauthv1alpha1.OAuthClientStatus) {
			forge(s, oauthv1alpha1.ConditionReady, metav1.ConditionFalse)
		},
		"another-client-id": func(s *oauthv1alpha1.OAuthClientStatus) { s.ClientID = other.ClientID() },
		"another-issuer":    func(s *oauthv1alpha1.OAuthClientStatus) { s.Issuer = "https://evil.example" },
		"another-secret":    func(s *oauthv1alpha1.OAuthClientStatus) { s.SecretName = other.ClientSecretName() },
		"no-secret":         func(s *oauthv1alpha1.OAuthClientStatus) { s.SecretName = "" },
		"no-server":         func(s *oauthv1alpha1.OAuthClientStatus) { s.ServerRef = nil },
		"everything": func(s *oauthv1alpha1.OAuthClientStatus) {
			*s = oauthv1alpha1.OAuthClientStatus{ObservedGeneration: 99}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := service(t, g, ns, name)
			first := value(t, g, c)
			authenticates(t, g, c, first, endToEnd)
			editStatus(t, g, c, tamper)
			installation.Eventually(t, endToEnd, func() bool {
				neverAuthenticates(t, g, c, otherSecret, "another client's secret")
				now := reload(t, g, c)
				return isReady(now) && len(kstatus(now)) == 0 && len(now.Status.Credentials) == 1 &&
					now.Status.ClientID == ns+"."+name && now.Status.Issuer == g.Issuer &&
					now.Status.SecretName == name+"-oauth" && now.Status.ServerRef != nil
			}, func() string { return fmt.Sprintf("repaired status; it is %+v", c.Status) })
			authenticates(t, g, c, first, installation.Effective)
			neverAuthenticates(t, g, c, otherSecret, "another client's secret, later")
			if now := value(t, g, c); now != first {
				t.Error("the client secret changed")
			}
			if now := value(t, g, other); now != otherSecret {
				t.Error("the other client's secret changed")
			}
		})
	}
}

func forge(s *oauthv1alpha1.OAuthClientStatus, conditionType string, status metav1.ConditionStatus) {
	meta.SetStatusCondition(&s.Conditions, metav1.Condition{
		Type: conditionType, Status: status, Reason: "Forged", Message: "Forged.", ObservedGeneration: s.ObservedGeneration,
	})
}

// A forged Ready is taken back from a client that is not.
func TestForgedReadinessIsTakenBack(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	c := service(t, g, ns, "pretender")
	secret := value(t, g, c)
	edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = true })
	stalled(t, g, c, oauthv1alpha1.ReasonSuspended)
	editStatus(t, g, c, func(s *oauthv1alpha1.OAuthClientStatus) {
		for _, conditionType := range []string{oauthv1alpha1.ConditionAccepted, oauthv1alpha1.ConditionCredentialsReady, oauthv1alpha1.ConditionReady} {
			forge(s, conditionType, metav1.ConditionTrue)
		}
		meta.RemoveStatusCondition(&s.Conditions, oauthv1alpha1.ConditionStalled)
	})
	stalled(t, g, c, oauthv1alpha1.ReasonSuspended)
	if isReady(reload(t, g, c)) {
		t.Error("the client is still called ready")
	}
	neverAuthenticates(t, g, c, secret, "a suspended client that is called ready")
}

// An old secret cannot be prolonged by taking away its end.
func TestOldSecretCannotBeProlonged(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "prolonged")
	first := value(t, g, c)
	edit(t, g, c, requestRotation(time.Now(), time.Hour))
	second := otherValue(t, g, c, first)
	ready(t, g, c)
	authenticates(t, g, c, second, endToEnd)
	editStatus(t, g, c, func(s *oauthv1alpha1.OAuthClientStatus) { s.Credentials[1].ExpiresAt = nil })
	refused(t, g, c, first, installation.Effective)
	authenticates(t, g, c, second, installation.Effective)
	if now := value(t, g, c); now != second {
		t.Error("the client secret changed")
	}
}
