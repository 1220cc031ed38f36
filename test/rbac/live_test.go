package rbac

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/grantor-dev/grantor/hack/devenv"
)

const (
	systemNamespace = "grantor-system"
	operator        = "grantor-operator"
	server          = "grantor-server"
	editor          = "editor-of-a-team"
	viewer          = "viewer-of-a-team"
	onCall          = "on-call"
)

// ask is one question to the API server; in is "" for all namespaces.
type ask struct {
	who, verb, group, resource, in, name string
}

func TestWhoMayDoWhat(t *testing.T) {
	team := devenv.Namespace(t, cluster.Kube(t).Config)
	give(t, team, editor, "edit")
	give(t, team, viewer, "view")
	give(t, team, onCall, "grantor-session-admin")
	const oauth, session, none = "oauth.grantor.dev", "session.grantor.dev", ""
	awaitAggregation(t, ask{editor, "create", oauth, "oauthclients", team, none}, ask{viewer, "list", oauth, "oauthclients", team, none})

	may := map[string]ask{
		"the server reads all clients":              {server, "watch", oauth, "oauthclients", none, none},
		"the server reads its keys":                 {server, "get", none, "secrets", systemNamespace, "default-oauth-keys"},
		"the server watches its keys":               {server, "watch", none, "secrets", systemNamespace, "default-oauth-keys"},
		"the server reads its passwords":            {server, "get", none, "secrets", systemNamespace, "default-oauth-passwords"},
		"the server watches its passwords":          {server, "watch", none, "secrets", systemNamespace, "default-oauth-passwords"},
		"the server watches the users beside it":    {server, "watch", oauth, "oauthusers", systemNamespace, none},
		"the server reads its providers' secrets":   {server, "watch", none, "secrets", systemNamespace, "default-oauth-providers"},
		"the server watches providers beside it":    {server, "watch", oauth, "oauthidentityproviders", systemNamespace, none},
		"the operator watches all providers":        {operator, "watch", oauth, "oauthidentityproviders", none, none},
		"the operator writes a provider's status":   {operator, "patch", oauth, "oauthidentityproviders/status", team, none},
		"the operator watches all users":            {operator, "watch", oauth, "oauthusers", none, none},
		"the operator writes a user's status":       {operator, "patch", oauth, "oauthusers/status", team, none},
		"the server watches the policies beside it": {server, "watch", oauth, "oauthclientpolicies", systemNamespace, none},
		"the operator watches all policies":         {operator, "watch", oauth, "oauthclientpolicies", none, none},
		"the operator writes a policy's status":     {operator, "patch", oauth, "oauthclientpolicies/status", team, none},
		"the server reviews a token":                {server, "create", "authentication.k8s.io", "tokenreviews", none, none},
		"the server marks a token":                  {server, "create", session, "marks", systemNamespace, none},
		"the operator writes a Secret":              {operator, "create", none, "secrets", team, none},
		"the operator writes a status":              {operator, "patch", oauth, "oauthclients/status", team, none},
		"the operator watches Ingresses":            {operator, "watch", "networking.k8s.io", "ingresses", none, none},
		"the operator watches HTTPRoutes":           {operator, "watch", "gateway.networking.k8s.io", "httproutes", none, none},
		"the operator takes its lease":              {operator, "update", "coordination.k8s.io", "leases", systemNamespace, none},
		"an editor creates a client":                {editor, "create", oauth, "oauthclients", team, none},
		"an editor deletes a client":                {editor, "delete", oauth, "oauthclients", team, none},
		"a viewer reads clients":                    {viewer, "list", oauth, "oauthclients", team, none},
		"an editor reads a Secret (his rights)":     {editor, "get", none, "secrets", team, none},
	}
	mayNot := map[string]ask{
		"a viewer creates a client":                  {viewer, "create", oauth, "oauthclients", team, none},
		"a viewer reads Secrets":                     {viewer, "get", none, "secrets", team, none},
		"an editor elsewhere":                        {editor, "create", oauth, "oauthclients", "default", none},
		"the operator takes a lease elsewhere":       {operator, "update", "coordination.k8s.io", "leases", team, none},
		"the operator creates ServiceAccount tokens": {operator, "create", none, "serviceaccounts/token", systemNamespace, none},
		"the operator reviews tokens":                {operator, "create", "authentication.k8s.io", "tokenreviews", none, none},
		"the server creates ServiceAccount tokens":   {server, "create", none, "serviceaccounts/token", systemNamespace, none},
		"the operator reads pods' logs":              {operator, "get", none, "pods/log", team, none},
		"the operator changes HTTPRoutes":            {operator, "update", "gateway.networking.k8s.io", "httproutes", team, none},
		"the server reads Ingresses":                 {server, "get", "networking.k8s.io", "ingresses", team, none},
		"the server reads HTTPRoutes":                {server, "list", "gateway.networking.k8s.io", "httproutes", team, none},
		"the operator patches Secrets":               {operator, "patch", none, "secrets", team, none},
	}
	for _, name := range []string{"grantor-server", "grantor-server-namespace"} {
		may["the operator binds "+name] = ask{operator, "bind", "rbac.authorization.k8s.io", "clusterroles", none, name}
	}
	for _, name := range []string{"cluster-admin", "admin", "edit"} {
		mayNot["the operator binds "+name] = ask{operator, "bind", "rbac.authorization.k8s.io", "clusterroles", none, name}
	}
	for _, who := range []string{server, operator} {
		for _, verb := range []string{"create", "update", "patch", "delete", "deletecollection"} {
			for _, resource := range []string{"oauthclients", "oauthclientpolicies", "oauthidentityproviders", "oauthresources", "oauthservers", "oauthtokens", "oauthusers"} {
				mayNot[fmt.Sprintf("%s %s %s", who, verb, resource)] = ask{who, verb, oauth, resource, team, none}
			}
		}
		for _, resource := range []string{"roles", "rolebindings", "clusterroles", "clusterrolebindings"} {
			for _, verb := range []string{"create", "update", "patch", "bind", "escalate"} {
				question := ask{who, verb, "rbac.authorization.k8s.io", resource, team, none}
				if who == operator && resource != "clusterroles" && (verb == "create" || verb == "patch") {
					may[fmt.Sprintf("%s %s %s", who, verb, resource)] = question
				} else {
					mayNot[fmt.Sprintf("%s %s %s", who, verb, resource)] = question
				}
			}
		}
		mayNot[who+" impersonates"] = ask{who, "impersonate", none, "serviceaccounts", systemNamespace, none}
	}
	for _, verb := range []string{"get", "list", "watch", "create", "update", "patch", "delete"} {
		mayNot["the server, Secrets of a team: "+verb] = ask{server, verb, none, "secrets", team, none}
		mayNot["the server, Secrets everywhere: "+verb] = ask{server, verb, none, "secrets", none, none}
		mayNot["the server, another Secret beside it: "+verb] = ask{server, verb, none, "secrets", systemNamespace, "other"}
		mayNot["the server, all Secrets beside it: "+verb] = ask{server, verb, none, "secrets", systemNamespace, none}
		mayNot["the server, a namesake of its keys: "+verb] = ask{server, verb, none, "secrets", team, "default-oauth-keys"}
	}
	for _, verb := range []string{"create", "update", "patch", "delete"} {
		mayNot["the server changes its passwords: "+verb] = ask{server, verb, none, "secrets", systemNamespace, "default-oauth-passwords"}
		mayNot["the server changes its providers' secrets: "+verb] = ask{server, verb, none, "secrets", systemNamespace, "default-oauth-providers"}
		mayNot["the server, a provider's status: "+verb] = ask{server, verb, oauth, "oauthidentityproviders/status", systemNamespace, none}
		mayNot["the server, a user's status: "+verb] = ask{server, verb, oauth, "oauthusers/status", systemNamespace, none}
		mayNot["the server, a policy's status: "+verb] = ask{server, verb, oauth, "oauthclientpolicies/status", systemNamespace, none}
		mayNot["the server changes its keys: "+verb] = ask{server, verb, none, "secrets", systemNamespace, "default-oauth-keys"}
		mayNot["the server, a resource's status: "+verb] = ask{server, verb, oauth, "oauthresources/status", team, none}
		mayNot["the server, a client's status: "+verb] = ask{server, verb, oauth, "oauthclients/status", team, none}
	}
	for _, verb := range []string{"get", "list", "watch"} {
		mayNot["the server, providers elsewhere: "+verb] = ask{server, verb, oauth, "oauthidentityproviders", team, none}
		mayNot["the server, users elsewhere: "+verb] = ask{server, verb, oauth, "oauthusers", team, none}
		mayNot["the server, policies elsewhere: "+verb] = ask{server, verb, oauth, "oauthclientpolicies", team, none}
		mayNot["the server, users everywhere: "+verb] = ask{server, verb, oauth, "oauthusers", none, none}
	}
	for _, resource := range []string{"grants", "logins", "consents", "marks"} {
		may["the operator lists "+resource] = ask{operator, "list", session, resource, team, none}
		may["the operator deletes "+resource] = ask{operator, "delete", session, resource, team, none}
		for _, verb := range []string{"get", "watch", "create", "update", "patch", "deletecollection"} {
			mayNot["the operator, "+resource+": "+verb] = ask{operator, verb, session, resource, systemNamespace, none}
		}
	}
	for _, verb := range []string{"list", "watch", "update", "patch", "delete"} {
		mayNot["the server, marks: "+verb] = ask{server, verb, session, "marks", systemNamespace, none}
	}
	for _, verb := range []string{"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"} {
		for _, who := range []string{editor, viewer} {
			mayNot[who+", servers: "+verb] = ask{who, verb, oauth, "oauthservers", team, none}
			mayNot[who+", statuses of clients: "+verb] = ask{who, verb, oauth, "oauthclients/status", team, none}
			mayNot[who+", statuses of resources: "+verb] = ask{who, verb, oauth, "oauthresources/status", team, none}
			mayNot[who+", statuses of tokens: "+verb] = ask{who, verb, oauth, "oauthtokens/status", team, none}
			mayNot[who+", policies: "+verb] = ask{who, verb, oauth, "oauthclientpolicies", team, none}
			mayNot[who+", statuses of policies: "+verb] = ask{who, verb, oauth, "oauthclientpolicies/status", team, none}
			mayNot[who+", providers: "+verb] = ask{who, verb, oauth, "oauthidentityproviders", team, none}
			mayNot[who+", users: "+verb] = ask{who, verb, oauth, "oauthusers", team, none}
			mayNot[who+", statuses of users: "+verb] = ask{who, verb, oauth, "oauthusers/status", team, none}
			mayNot[who+", statuses of servers: "+verb] = ask{who, verb, oauth, "oauthservers/status", team, none}
			mayNot[who+", marks: "+verb] = ask{who, verb, session, "marks", team, none}
		}
	}
	for _, resource := range []string{"approvals", "consents", "grants", "logins"} {
		for _, verb := range []string{"get", "list", "patch"} {
			may["someone on call, "+resource+": "+verb] = ask{onCall, verb, session, resource, team, none}
			mayNot["someone on call elsewhere, "+resource+": "+verb] = ask{onCall, verb, session, resource, systemNamespace, none}
			mayNot["an editor, "+resource+": "+verb] = ask{editor, verb, session, resource, team, none}
		}
		for _, verb := range []string{"create", "update", "delete", "deletecollection", "watch"} {
			mayNot["someone on call, "+resource+": "+verb] = ask{onCall, verb, session, resource, team, none}
		}
	}
	may["someone on call reads users"] = ask{onCall, "list", oauth, "oauthusers", team, none}
	mayNot["someone on call changes users"] = ask{onCall, "patch", oauth, "oauthusers", team, none}
	mayNot["someone on call reads Secrets"] = ask{onCall, "get", none, "secrets", team, none}
	for name, question := range may {
		t.Run("may: "+name, func(t *testing.T) {
			t.Parallel()
			if !allowed(t, question) {
				t.Errorf("it is not allowed: %+v", question)
			}
		})
	}
	for name, question := range mayNot {
		t.Run("may not: "+name, func(t *testing.T) {
			t.Parallel()
			if allowed(t, question) {
				t.Errorf("it is allowed: %+v", question)
			}
		})
	}
}

// as returns the config of one of our ServiceAccounts, with a token of its own, or
// of a person.
func as(t testing.TB, who string) *rest.Config {
	t.Helper()
	admin := cluster.Kube(t).Config
	if who == editor || who == viewer || who == onCall {
		person := rest.CopyConfig(admin)
		person.Impersonate = rest.ImpersonationConfig{UserName: who, Groups: []string{"system:authenticated"}}
		return person
	}
	path := filepath.Join(t.TempDir(), "kubeconfig")
	err := devenv.ServiceAccountKubeconfig(context.Background(), admin, systemNamespace, who, path, devenv.ServiceAccountOptions{Lifetime: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		t.Fatal(err)
	}
	return config
}

func allowed(t testing.TB, question ask) bool {
	t.Helper()
	client, err := kubernetes.NewForConfig(as(t, question.who))
	if err != nil {
		t.Fatal(err)
	}
	resource, subresource := split(question.resource)
	review, err := client.AuthorizationV1().SelfSubjectAccessReviews().Create(context.Background(), &authorizationv1.SelfSubjectAccessReview{
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: question.in, Verb: question.verb, Group: question.group, Resource: resource, Subresource: subresource, Name: question.name,
		}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if review.Status.EvaluationError != "" {
		t.Fatalf("the API server could not tell: %s", review.Status.EvaluationError)
	}
	return review.Status.Allowed
}

// give binds a person to a role in a namespace.
func give(t testing.TB, namespace, person, clusterRole string) {
	t.Helper()
	client, err := kubernetes.NewForConfig(cluster.Kube(t).Config)
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.RbacV1().RoleBindings(namespace).Create(context.Background(), &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: person},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: clusterRole},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: person}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
}

// awaitAggregation waits until the controller has put our rules into the standard
// roles.
func awaitAggregation(t testing.TB, questions ...ask) {
	t.Helper()
	err := wait.PollUntilContextTimeout(context.Background(), 100*time.Millisecond, 30*time.Second, true, func(context.Context) (bool, error) {
		for _, question := range questions {
			if !allowed(t, question) {
				return false, nil
			}
		}
		return true, nil
	})
	if err != nil {
		t.Fatalf("wait for our rules in the roles view and edit: %v", err)
	}
}

func secretOf(t testing.TB, namespace, name string) {
	t.Helper()
	client, err := kubernetes.NewForConfig(cluster.Kube(t).Config)
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.CoreV1().Secrets(namespace).Create(context.Background(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
}
