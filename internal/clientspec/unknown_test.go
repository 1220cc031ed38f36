package clientspec

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// A selector can ask for the absence of a label, which labels that nobody has read
// yet would satisfy.
func TestSelectorMatchesNoNamespaceThatIsNotKnown(t *testing.T) {
	s := server(func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.ClientNamespaces = oauthv1alpha1.ClientNamespaces{
			From: oauthv1alpha1.NamespacesFromSelector,
			Selector: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
				{Key: "quarantine", Operator: metav1.LabelSelectorOpDoesNotExist},
			}},
		}
	})
	c := candidate()
	if d := decide(c, servers(s), nil); d.Refusal != nil {
		t.Errorf("a namespace without labels is refused: %s", d.Refusal.Message)
	}
	c.NamespaceUnknown = true
	if d := decide(c, servers(s), nil); d.Refusal == nil || d.Refusal.Reason != oauthv1alpha1.ReasonNamespaceNotAllowed {
		t.Errorf("a namespace that is not known is decided with %v", d.Refusal)
	}
}
