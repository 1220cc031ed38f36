package kubectl

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// What is printed can be applied, and what would be refused is not printed.
func TestCreateClient(t *testing.T) {
	t.Parallel()
	g, ns := shared.Grantor(t), shared.Namespace(t)
	create := func(args ...string) result {
		return oauth(t, append(append([]string{"create", "client"}, args...), "-n", ns)...)
	}
	printed := create("web", "--redirect", "https://shop.example/callback", "--scope", "openid,groups", "--display-name", "Shop ❤")
	printed.want(t, 0, "name: web", "namespace: "+ns, "- https://shop.example/callback", "displayName: Shop ❤")
	if strings.Contains(printed.stdout, "#") || strings.Contains(printed.stdout, "status") {
		t.Errorf("it prints:\n%s", printed.stdout)
	}
	if err := g.Admin.Get(t.Context(), client.ObjectKey{Namespace: ns, Name: "web"}, &oauthv1alpha1.OAuthClient{}); client.IgnoreNotFound(err) != nil || err == nil {
		t.Errorf("it is there before it was applied: %v", err)
	}
	create("web", "--redirect", "https://shop.example/callback", "--apply").want(t, 0, "oauthclient.oauth.grantor.dev/web applied")
	create("web", "--redirect", "https://shop.example/other", "--apply").fails(t, "is there already")
	create("web", "--redirect", "https://shop.example/other", "--apply", "--overwrite").want(t, 0, "applied")
	web := g.AwaitCondition(t, &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "web"}}, oauthv1alpha1.ConditionReady, metav1.ConditionTrue, "")
	if len(web.Spec.RedirectURIs) != 1 || web.Spec.RedirectURIs[0] != "https://shop.example/other" {
		t.Errorf("the redirect URIs are %v", web.Spec.RedirectURIs)
	}

	create("bad", "--redirect", "https://shop.example/callback", "--scope", "nothing").fails(t, "bad would be refused: ScopeNotAllowed")
	create("bad", "--redirect", "ftp://*").fails(t, "the API server would refuse it")
	create("bad", "--redirect", "https://shop.example/a", "--display-name", "a\x1b[31m").fails(t, "displayName")
	create("bad", "--redirect", "https://shop.example/callback", "--scope", "nothing", "--unchecked").want(t, 0, "- nothing")
	create("bad", "--redirect", "https://shop.example/a", "--display-name", "a\x1b[31m", "--unchecked").want(t, 0, `a\u001b[31m`)
	create("app", "--public", "--redirect", "http://127.0.0.1/callback").want(t, 0, "method: none")

	// What is judged is what would be stored: the scope that somebody else gave it stays.
	theirs := installation.Application(ns, "theirs", func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = []oauthv1alpha1.Scope{"nothing"} })
	if err := g.Admin.Create(t.Context(), theirs); err != nil {
		t.Fatal(err)
	}
	create("theirs", "--redirect", "https://shop.example/callback", "--apply", "--overwrite").fails(t, "would be refused: ScopeNotAllowed")

	// An editor of the namespace is told what nobody could check, and can apply it.
	kubeconfig := editor(t, ns)
	finish(t, command(t, kubeconfig, "create", "client", "mine", "-n", ns, "--grant", "client_credentials", "--scope", "read")).
		want(t, 0, "# Not checked: which OAuthServer is the default one cannot be read", "- client_credentials")
	applied := finish(t, command(t, kubeconfig, "create", "client", "mine", "-n", ns, "--grant", "client_credentials", "--apply"))
	if applied.code != 0 || !strings.Contains(applied.stdout, "mine applied") || !strings.HasPrefix(applied.stderr, "Not checked: which OAuthServer is the default one") {
		t.Errorf("exit code %d: %s%s", applied.code, applied.stdout, applied.stderr)
	}
	finish(t, command(t, kubeconfig, "create", "client", "mine", "-n", "kube-system", "--grant", "client_credentials", "--apply")).fails(t, "forbidden")
}

// The hosts of a workload are those of the Ingresses that lead to it.
func TestCreateClientForAWorkload(t *testing.T) {
	t.Parallel()
	ns := shared.Namespace(t)
	deploy(t, ns, "web", "")
	deploy(t, ns, "worker", "worker")
	deploy(t, ns, "hidden", "")
	oauth(t, "create", "client", "web", "-n", ns, "--for", "deployment/web", "--redirect-path", "/callback").
		want(t, 0, "redirectURIsFrom:", "kind: Ingress", "name: web", "path: /callback", "- openid")
	worker := oauth(t, "create", "client", "worker", "-n", ns, "--for", "deploy/worker", "--grant", "client_credentials")
	worker.want(t, 0, "method: private_key_jwt", "- name: worker")
	if strings.Contains(worker.stdout, "redirect") || strings.Contains(worker.stdout, "#") {
		t.Errorf("it prints:\n%s", worker.stdout)
	}
	oauth(t, "create", "client", "job", "-n", ns, "--for", "deployment/hidden", "--grant", "client_credentials").
		want(t, 0, "# ServiceAccount default is that of all pods", "- name: default")
	oauth(t, "create", "client", "hidden", "-n", ns, "--for", "deployment/hidden", "--redirect-path", "/callback").fails(t, "no Ingress and no HTTPRoute")
	oauth(t, "create", "client", "web", "-n", ns, "--for", "deployment/missing", "--redirect-path", "/callback").fails(t, "not found")
	if bad := oauth(t, "create", "client", "web", "-n", ns, "--for", "pod/web", "--redirect-path", "/callback"); bad.code != 2 || !strings.Contains(bad.stderr, "deployment/NAME") {
		t.Errorf("exit code %d: %s", bad.code, bad.stderr)
	}
}

// deploy creates a Deployment; the one named web has a Service and two Ingresses, of which one
// leads elsewhere.
func deploy(t *testing.T, ns, name, account string) {
	t.Helper()
	kube, err := kubernetes.NewForConfig(shared.Grantor(t).Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	labels := map[string]string{"app": name}
	deployment := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: name}}
	deployment.Spec.Selector, deployment.Spec.Template.Labels = &metav1.LabelSelector{MatchLabels: labels}, map[string]string{"app": name, "tier": "front"}
	deployment.Spec.Template.Spec = corev1.PodSpec{ServiceAccountName: account, Containers: []corev1.Container{{Name: "app", Image: "app"}}}
	if _, err := kube.AppsV1().Deployments(ns).Create(t.Context(), deployment, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if name != "web" {
		return
	}
	service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "front"}, Spec: corev1.ServiceSpec{Selector: labels, Ports: []corev1.ServicePort{{Port: 80}}}}
	if _, err := kube.CoreV1().Services(ns).Create(t.Context(), service, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	for ingress, backend := range map[string]string{"web": "front", "elsewhere": "back"} {
		prefix := networkingv1.PathTypePrefix
		path := networkingv1.HTTPIngressPath{Path: "/", PathType: &prefix, Backend: networkingv1.IngressBackend{
			Service: &networkingv1.IngressServiceBackend{Name: backend, Port: networkingv1.ServiceBackendPort{Number: 80}},
		}}
		object := &networkingv1.Ingress{ObjectMeta: metav1.ObjectMeta{Name: ingress}, Spec: networkingv1.IngressSpec{Rules: []networkingv1.IngressRule{{
			Host: ingress + ".example", IngressRuleValue: networkingv1.IngressRuleValue{HTTP: &networkingv1.HTTPIngressRuleValue{Paths: []networkingv1.HTTPIngressPath{path}}},
		}}}}
		if _, err := kube.NetworkingV1().Ingresses(ns).Create(t.Context(), object, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
}

// Clients that a policy would refuse are listed before it is applied, and the operator then
// says the same.
func TestPolicyTest(t *testing.T) {
	t.Parallel()
	g, ns := shared.Grantor(t), shared.Namespace(t)
	g.Create(t, installation.Service(ns, "reads"))
	g.Create(t, installation.Service(ns, "writes", func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = []oauthv1alpha1.Scope{"read", "write"} }))
	file := filepath.Join(t.TempDir(), "policy.yaml")
	policy := "apiVersion: oauth.grantor.dev/v1alpha1\nkind: OAuthClientPolicy\nmetadata: {name: " + ns + "}\n" +
		"spec: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: " + ns + "}}, scopes: [read]}\n"
	if err := os.WriteFile(file, []byte(policy), 0o600); err != nil {
		t.Fatal(err)
	}
	test := func(args ...string) result {
		return oauth(t, append([]string{"policy", "test", "-f", file}, args...)...)
	}
	refused := test("-n", devenv.SystemNamespace)
	refused.want(t, 1, "OAUTHCLIENT", ns+"/writes", "allowed", "ScopeNotAllowed: ")
	refused.fails(t, "1 of ")
	if strings.Contains(refused.stdout, ns+"/reads") {
		t.Errorf("it says:\n%s", refused.stdout)
	}
	test("-n", ns).fails(t, "has no effect")
	finish(t, command(t, editor(t, ns), "policy", "test", "-f", file, "-n", devenv.SystemNamespace)).fails(t, "forbidden")

	object := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: ns}}
	object.Spec.NamespaceSelector.MatchLabels = map[string]string{"kubernetes.io/metadata.name": ns}
	object.Spec.Scopes = []oauthv1alpha1.Scope{"read"}
	if err := g.Admin.Create(t.Context(), object); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Admin.Delete(t.Context(), object) })
	writes := &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "writes"}}
	writes = g.AwaitCondition(t, writes, oauthv1alpha1.ConditionAccepted, metav1.ConditionFalse, oauthv1alpha1.ReasonScopeNotAllowed)
	for _, condition := range writes.Status.Conditions {
		if condition.Type == oauthv1alpha1.ConditionAccepted {
			refused.want(t, 1, condition.Message)
		}
	}
	test("-n", devenv.SystemNamespace).want(t, 0, "would be refused that is allowed now.")
}
