package deployment

import (
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/grantor-dev/grantor/test/installation"
)

// TestTheServerRunsWithTheRightsItGets: the program becomes ready as the
// ServiceAccount that the operator made, which takes all that it reads.
func TestTheServerRunsWithTheRightsItGets(t *testing.T) {
	t.Parallel()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	created(t, g, newServer(namespace, "auth"))
	port := installation.FreePort(t)
	run(t, g, namespace, "auth", port)
}

func TestWhatADeployedServerMayDo(t *testing.T) {
	t.Parallel()
	g, namespace, other := shared.Grantor(t), shared.Namespace(t), shared.Namespace(t)
	created(t, g, newServer(namespace, "auth"))
	created(t, g, newServer(namespace, "second"))
	const none, oauth, session = "", "oauth.grantor.dev", "session.grantor.dev"
	for name, test := range map[string]struct {
		verb, group, resource, in, name string
		may                             bool
	}{
		"its keys":                      {"get", none, "secrets", namespace, "auth-oauth-keys", true},
		"its passwords":                 {"watch", none, "secrets", namespace, "auth-oauth-passwords", true},
		"clients everywhere":            {"watch", oauth, "oauthclients", none, none, true},
		"its providers' secrets":        {"watch", none, "secrets", namespace, "auth-oauth-providers", true},
		"providers beside it":           {"list", oauth, "oauthidentityproviders", namespace, none, true},
		"users beside it":               {"list", oauth, "oauthusers", namespace, none, true},
		"a grant beside it":             {"create", session, "grants", namespace, none, true},
		"a mark beside it":              {"create", session, "marks", namespace, none, true},
		"the keys of another":           {"get", none, "secrets", namespace, "second-oauth-keys", false},
		"all Secrets":                   {"list", none, "secrets", namespace, none, false},
		"its keys, changed":             {"update", none, "secrets", namespace, "auth-oauth-keys", false},
		"a namesake elsewhere":          {"get", none, "secrets", other, "auth-oauth-keys", false},
		"providers elsewhere":           {"list", oauth, "oauthidentityproviders", other, none, false},
		"users elsewhere":               {"list", oauth, "oauthusers", other, none, false},
		"a grant elsewhere":             {"create", session, "grants", other, none, false},
		"a grant, deleted":              {"delete", session, "grants", namespace, none, false},
		"a client, changed":             {"patch", oauth, "oauthclients", namespace, none, false},
		"its own Deployment":            {"patch", "apps", "deployments", namespace, "auth-oauth", false},
		"its own rights":                {"patch", "rbac.authorization.k8s.io", "roles", namespace, "auth-oauth", false},
		"a token of another account":    {"create", none, "serviceaccounts/token", namespace, "second-oauth", false},
		"what the operator may":         {"create", none, "secrets", namespace, none, false},
		"policies, and only to read":    {"update", oauth, "oauthclientpolicies", namespace, none, false},
		"namespaces, and only to read":  {"update", none, "namespaces", none, other, false},
		"the binding of its own rights": {"patch", "rbac.authorization.k8s.io", "clusterrolebindings", none, none, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kube, err := kubernetes.NewForConfig(g.Kube.Config)
			if err != nil {
				t.Fatal(err)
			}
			ask := func() bool {
				review, err := kube.AuthorizationV1().SubjectAccessReviews().Create(t.Context(), &authorizationv1.SubjectAccessReview{
					Spec: authorizationv1.SubjectAccessReviewSpec{
						User: "system:serviceaccount:" + namespace + ":auth-oauth", Groups: []string{"system:serviceaccounts", "system:authenticated"},
						ResourceAttributes: &authorizationv1.ResourceAttributes{
							Verb: test.verb, Group: test.group, Resource: test.resource, Namespace: test.in, Name: test.name,
						},
					},
				}, metav1.CreateOptions{})
				if err != nil {
					t.Fatal(err)
				}
				return review.Status.Allowed
			}
			if !test.may {
				if ask() {
					t.Error("it is allowed")
				}
				return
			}
			// The authorizer learns of new roles a moment later.
			installation.Eventually(t, bound, ask, func() string { return "permission" })
		})
	}
}
