package rotate

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// secret is that of an OAuthClient.
type secret struct{ *oauthv1alpha1.OAuthClient }

var _ rotated = (*secret)(nil)

func (s *secret) object() client.Object { return s.OAuthClient }
func (s *secret) title() string         { return fmt.Sprintf("OAuthClient %s/%s", s.Namespace, s.Name) }
func (s *secret) field() string         { return "spec.secret.rotation.requestedAt" }

func (s *secret) before() *time.Time {
	if s.Spec.Secret.Rotation == nil || s.Spec.Secret.Rotation.RequestedAt == nil {
		return nil
	}
	return &s.Spec.Secret.Rotation.RequestedAt.Time
}

func (s *secret) refused() error {
	switch {
	case !s.Spec.Authentication.Method.HasSecret():
		return fmt.Errorf("%s authenticates with %s and has no client secret (spec.authentication.method)", s.title(), s.Spec.Authentication.Method)
	case s.Spec.Secret.Derived != nil:
		return fmt.Errorf("%s has a derived client secret (spec.secret.derived): its registration endpoint replaces it", s.title())
	case s.Spec.Secret.From != nil:
		return fmt.Errorf("%s takes its client secret from Secret %q (spec.secret.from): replace the value there", s.title(), s.Spec.Secret.From.Name)
	}
	return nil
}

func (s *secret) patch(requested time.Time) client.Patch {
	return merge(`{"spec":{"secret":{"rotation":{"requestedAt":%q}}}}`, requested)
}

// complete: the newest digest is of the request, and those before have got their end, which
// they get when the Secret has the new value.
func (s *secret) complete(requested time.Time) bool {
	list := s.Status.Credentials
	if len(list) == 0 || list[0].RotationRequestedAt == nil || !list[0].RotationRequestedAt.Time.Equal(requested) {
		return false
	}
	for _, former := range list[1:] {
		if former.ExpiresAt == nil {
			return false
		}
	}
	return true
}

func (s *secret) state() string {
	return condition(s.Status.Conditions, oauthv1alpha1.ConditionCredentialsReady)
}

func (s *secret) done() string {
	return fmt.Sprintf("Secret %q has a new client secret.", s.ClientSecretName())
}

// condition is what a condition says.
func condition(list []metav1.Condition, of string) string {
	found := meta.FindStatusCondition(list, of)
	if found == nil {
		return "the operator has not seen it yet"
	}
	return fmt.Sprintf("%s is %s: %s: %s", of, found.Status, found.Reason, found.Message)
}
