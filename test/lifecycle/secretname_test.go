package lifecycle

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// Of two clients that want one name for their Secrets the second is told who has it, and
// gets it as soon as the first goes or chooses another one.
func TestSecretNameThatAnotherClientHas(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	for name, gives := range map[string]func(first *oauthv1alpha1.OAuthClient){
		"deleted": func(first *oauthv1alpha1.OAuthClient) { remove(t, g, first) },
		"renamed": func(first *oauthv1alpha1.OAuthClient) { edit(t, g, first, secretName("another")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ns := namespace(t)
			first := service(t, g, ns, "first", secretName("wanted"))
			former := value(t, g, first)
			second := stalled(t, g, create(t, g, installation.Service(ns, "second", secretName("wanted"))), oauthv1alpha1.ReasonSecretNotOwned)
			if message := messageOf(second, oauthv1alpha1.ConditionReady); !strings.Contains(message, `OAuthClient "first"`) || strings.Contains(message, "elete") {
				t.Errorf("the second client is told: %s", message)
			}
			if value(t, g, first) != former {
				t.Error("the first client lost its secret")
			}
			gives(first)
			// Long before the operator looks again at Secrets of others.
			g.AwaitCondition(t, second, oauthv1alpha1.ConditionCredentialsReady, metav1.ConditionTrue, "")
			if value(t, g, second) == former {
				t.Error("the second client got the secret of the first")
			}
		})
	}
}

// A Secret that a client left behind is still not for a client of another name.
func TestSecretNameThatAnotherClientRetained(t *testing.T) {
	t.Parallel()
	g, ns := grantor(t), namespace(t)
	first := service(t, g, ns, "first", retain, secretName("wanted"))
	remove(t, g, first)
	second := stalled(t, g, create(t, g, installation.Service(ns, "second", secretName("wanted"))), oauthv1alpha1.ReasonSecretNotOwned)
	if message := messageOf(second, oauthv1alpha1.ConditionReady); !strings.Contains(message, `OAuthClient "first"`) || strings.Contains(message, "elete") {
		t.Errorf("the second client is told: %s", message)
	}
}
