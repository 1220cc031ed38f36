package compat

import (
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// The operator says what a system needs, and Ready does not depend on it.
func TestTheConditionSaysWhatIsMissing(t *testing.T) {
	g := grantor(t)
	t.Cleanup(func() { speaking(t, g) })
	becomes := func(what string, ok func(*metav1.Condition) bool) {
		t.Helper()
		server := &oauthv1alpha1.OAuthServer{}
		installation.Eventually(t, installation.Effective, func() bool {
			if err := g.Admin.Get(t.Context(), client.ObjectKey{Namespace: devenv.SystemNamespace, Name: devenv.ServerName}, server); err != nil {
				t.Fatal(err)
			}
			return server.Status.ObservedGeneration == server.Generation && ok(meta.FindStatusCondition(server.Status.Conditions, oauthv1alpha1.ConditionCompatibilityReady))
		}, func() string { return what })
		if !meta.IsStatusConditionTrue(server.Status.Conditions, oauthv1alpha1.ConditionReady) {
			t.Errorf("%s: the server is not ready", what)
		}
	}
	speaking(t, g)
	becomes("no condition", func(c *metav1.Condition) bool { return c == nil })
	speaking(t, g, oauthv1alpha1.CompatibilityCloudron, oauthv1alpha1.CompatibilityOwnCloud)
	becomes("a condition that is true", func(c *metav1.Condition) bool {
		return c != nil && c.Status == metav1.ConditionTrue && c.Reason == oauthv1alpha1.ReasonCompatibilityReady
	})
	without := func(name oauthv1alpha1.Scope) (before []oauthv1alpha1.ScopeDefinition) {
		configured(t, g, func(server *oauthv1alpha1.OAuthServer) {
			before = slices.Clone(server.Spec.Scopes)
			server.Spec.Scopes = slices.DeleteFunc(server.Spec.Scopes, func(s oauthv1alpha1.ScopeDefinition) bool { return s.Name == name })
		})
		return before
	}
	before := without("profile")
	t.Cleanup(func() {
		configured(t, g, func(server *oauthv1alpha1.OAuthServer) {
			server.Spec.Scopes = append(server.Spec.Scopes, slices.DeleteFunc(before, func(s oauthv1alpha1.ScopeDefinition) bool { return s.Name != "profile" })...)
		})
	})
	becomes("a condition that names the scope for each system", func(c *metav1.Condition) bool {
		return c != nil && c.Status == metav1.ConditionFalse && c.Reason == oauthv1alpha1.ReasonScopeMissing &&
			strings.Contains(c.Message, "cloudron needs the scope profile") && strings.Contains(c.Message, "owncloud needs the scope profile")
	})
	speaking(t, g, oauthv1alpha1.CompatibilityGancio)
	becomes("a condition that says all that Gancio needs", func(c *metav1.Condition) bool {
		return c != nil && c.Status == metav1.ConditionFalse && strings.Contains(c.Message, "event:write") && strings.Contains(c.Message, "spec.registration.anonymous.mode")
	})
}
