package installation

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
)

// ChangeServer changes OAuthServer default, also while a test cleans up, and returns it as
// it was before.
func (i *Installation) ChangeServer(t testing.TB, change func(*oauthv1alpha1.OAuthServer)) (former *oauthv1alpha1.OAuthServer) {
	t.Helper()
	server := &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: devenv.ServerName}}
	Edit(t, i.Admin, server, func(server *oauthv1alpha1.OAuthServer) {
		former = server.DeepCopy()
		change(server)
	})
	return former
}

// Configure changes OAuthServer default as ChangeServer does and waits until every replica
// follows: the change has a scope with a name that is new each time, and discovery lists it.
func (i *Installation) Configure(t testing.TB, change func(*oauthv1alpha1.OAuthServer)) {
	t.Helper()
	const prefix = "version-"
	var version oauthv1alpha1.Scope
	i.ChangeServer(t, func(server *oauthv1alpha1.OAuthServer) {
		version = oauthv1alpha1.Scope(fmt.Sprint(prefix, server.Generation+1))
		server.Spec.Scopes = append(slices.DeleteFunc(server.Spec.Scopes, func(s oauthv1alpha1.ScopeDefinition) bool {
			return strings.HasPrefix(string(s.Name), prefix)
		}), oauthv1alpha1.ScopeDefinition{Name: version})
		change(server)
	})
	for _, server := range i.Servers {
		Eventually(t, Effective, func() bool {
			scopes, _ := Discovery(t, server.Options().URL).JSON["scopes_supported"].([]any)
			return slices.Contains(scopes, any(string(version)))
		}, func() string { return "replica that follows the change" })
	}
}
