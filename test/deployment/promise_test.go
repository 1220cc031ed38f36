package deployment

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestWhatEachProgramMayDo asks the API server, as each program, for all that it may
// do, as kubectl auth can-i --list does, and compares it with a reviewed list. It finds
// what no role of ours says: another binding, or what a cluster gives to every account
// is left out.
func TestWhatEachProgramMayDo(t *testing.T) {
	t.Parallel()
	g, home, other := shared.Grantor(t), shared.Namespace(t), shared.Namespace(t)
	created(t, g, newServer(home, "auth"))
	created(t, g, newServer(home, "second"))
	account := func(namespace, name string) rest.ImpersonationConfig {
		return rest.ImpersonationConfig{
			UserName: "system:serviceaccount:" + namespace + ":" + name,
			Groups:   []string{"system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"},
		}
	}
	operator, static, deployed := account(devenv.SystemNamespace, devenv.OperatorAccount),
		account(devenv.SystemNamespace, devenv.ServerAccount), account(home, "auth-oauth")
	questions := []struct {
		title string
		who   rest.ImpersonationConfig
		in    string
	}{
		{"the operator, in its namespace", operator, devenv.SystemNamespace},
		{"the operator, in any other", operator, other},
		{"the server that needs no operator, in its namespace", static, devenv.SystemNamespace},
		{"the server that needs no operator, in any other", static, other},
		{"a server that is deployed, in its namespace", deployed, home},
		{"a server that is deployed, in any other", deployed, other},
		{"a server that is deployed, in the namespace of the operator", deployed, devenv.SystemNamespace},
	}
	wanted := reviewed(t)
	var got []string
	complete := func() bool {
		got = nil
		for _, q := range questions {
			nobody := mayDo(t, g, account(q.in, "nobody-in-particular"), q.in)
			for _, line := range mayDo(t, g, q.who, q.in) {
				if !slices.Contains(nobody, line) {
					got = append(got, q.title+": "+line)
				}
			}
		}
		return slices.Equal(sorted(got), sorted(wanted))
	}
	// The authorizer learns of new roles a moment later.
	installation.Eventually(t, bound, complete, func() string { return difference(got, wanted) })
}

// mayDo lists what an account may do in a namespace, one line for each resource.
func mayDo(t *testing.T, g *installation.Installation, who rest.ImpersonationConfig, namespace string) []string {
	t.Helper()
	config := rest.CopyConfig(g.Kube.Config)
	config.Impersonate = who
	kube, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	review, err := kube.AuthorizationV1().SelfSubjectRulesReviews().Create(t.Context(), &authorizationv1.SelfSubjectRulesReview{
		Spec: authorizationv1.SelfSubjectRulesReviewSpec{Namespace: namespace},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if review.Status.Incomplete {
		t.Fatalf("the API server does not know all: %s", review.Status.EvaluationError)
	}
	var lines []string
	for _, rule := range review.Status.NonResourceRules {
		for _, url := range rule.NonResourceURLs {
			lines = append(lines, url+" "+joined(rule.Verbs))
		}
	}
	for _, rule := range review.Status.ResourceRules {
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				lines = append(lines, what(group, resource, rule.ResourceNames)+" "+joined(rule.Verbs))
			}
		}
	}
	return lines
}

// what is "<resource>.<group>/<subresource>[<names>]".
func what(group, resource string, names []string) string {
	name, subresource, _ := strings.Cut(resource, "/")
	if group != "" {
		name += "." + group
	}
	if subresource != "" {
		name += "/" + subresource
	}
	if len(names) > 0 {
		name += "[" + joined(names) + "]"
	}
	return name
}

func joined(words []string) string { return strings.Join(sorted(words), ",") }

func sorted(words []string) []string { return slices.Sorted(slices.Values(words)) }

// reviewed reads testdata/can-i.txt: a line with a colon at its end says who and
// where, and those below it what.
func reviewed(t *testing.T) []string {
	t.Helper()
	content, err := os.ReadFile("testdata/can-i.txt")
	if err != nil {
		t.Fatal(err)
	}
	var title string
	var lines []string
	for line := range strings.Lines(string(content)) {
		line = strings.Join(strings.Fields(line), " ")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasSuffix(line, ":"):
			title = line
		default:
			lines = append(lines, title+" "+line)
		}
	}
	return lines
}

func difference(got, wanted []string) string {
	var text strings.Builder
	for _, line := range sorted(got) {
		if !slices.Contains(wanted, line) {
			fmt.Fprintf(&text, "\nnobody reviewed: %s", line)
		}
	}
	for _, line := range sorted(wanted) {
		if !slices.Contains(got, line) {
			fmt.Fprintf(&text, "\nreviewed, and not allowed: %s", line)
		}
	}
	return text.String()
}

// TestNothingMayBeReviewedThat: no review lets these in.
func TestNothingMayBeReviewedThat(t *testing.T) {
	for _, line := range reviewed(t) {
		title, rule, _ := strings.Cut(line, ": ")
		resource, verbs, _ := strings.Cut(rule, " ")
		server := !strings.HasPrefix(title, "the operator")
		has := func(verb string) bool { return slices.Contains(strings.Split(verbs, ","), verb) }
		switch {
		case strings.Contains(rule, "*"):
			t.Errorf("a wildcard: %s", line)
		case has("escalate"), has("impersonate"):
			t.Errorf("rights of others: %s", line)
		case has("bind") && resource != "clusterroles.rbac.authorization.k8s.io[grantor-server,grantor-server-namespace]":
			t.Errorf("a role that is not shipped for servers: %s", line)
		case server && strings.HasPrefix(resource, "secrets") && (!strings.Contains(resource, "-oauth-keys,") || !strings.Contains(title, ", in its namespace")):
			t.Errorf("a Secret that is not the server's own: %s", line)
		case server && strings.Contains(resource, "rbac.authorization.k8s.io"):
			t.Errorf("rights that a server gives: %s", line)
		}
	}
}
