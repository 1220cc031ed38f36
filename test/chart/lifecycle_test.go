package chart

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

const (
	release   = "grantor"
	namespace = "identity"
	issuer    = "https://auth.example.com"
)

// withServer are the values of a release with a server, and with the admission policies.
var withServer = []string{"--set", "server.create=true,server.spec.issuer=" + issuer + ",imagePullSecrets[0].name=registry,admissionPolicies.enabled=true"}

// TestRelease follows one release from an empty cluster until it is installed again.
func TestRelease(t *testing.T) { withBoth(t, story) }

func story(t *testing.T, with tool) {
	c := newCluster(t, with)
	current := in(t, "charts", "grantor")

	// A cluster that has never heard of our kinds, a chart that has fewer of their fields.
	c.install(t, release, older(t, current))
	server := c.server(t)
	if !c.exists(t, "apps/v1", "Deployment", namespace, "grantor-operator") {
		t.Fatal("there is no operator")
	}
	stop := c.operator(t)
	before := c.credentials(t)
	c.deployed(t)

	c.helm(t, "upgrade", release, current, "-n", namespace, "--reset-then-reuse-values", "--set", "server.spec.deployment.replicas=3")
	// Helm 3 sends what differs between two revisions, and the first has no server.
	replicas := map[tool]int32{helm3: 2, helm4: 3}[with]
	upgraded := c.server(t)
	if upgraded.UID != server.UID || *upgraded.Spec.Deployment.Replicas != replicas {
		t.Errorf("after the upgrade the server is %s with %d replicas, it was %s", upgraded.UID, *upgraded.Spec.Deployment.Replicas, server.UID)
	}
	if names := c.kind(t).Spec.Names.ShortNames; len(names) != 1 || names[0] != "oas" {
		t.Errorf("the upgrade leaves the kind as it was, with the short names %v", names)
	}

	// Back to the revision in which the server was a hook, and forth. Helm 3 could only
	// make it anew, so it stays as it is.
	c.helm(t, "rollback", release, "1", "-n", namespace)
	if back := c.server(t); back.UID != server.UID || *back.Spec.Deployment.Replicas != 2 {
		t.Errorf("after the rollback the server is %s with %d replicas, it was %s", back.UID, *back.Spec.Deployment.Replicas, server.UID)
	}
	c.helm(t, "upgrade", release, current, "-n", namespace, "--reset-then-reuse-values")

	// Values that forget the server.
	c.helm(t, "upgrade", release, current, "-n", namespace, "--reset-values")
	if c.server(t).UID != server.UID {
		t.Error("values without server.create delete the server")
	}
	c.helm(t, append([]string{"upgrade", release, current, "-n", namespace}, withServer...)...)

	stop()
	c.helm(t, "uninstall", release, "-n", namespace)
	if c.exists(t, "apps/v1", "Deployment", namespace, "grantor-operator") || c.exists(t, "rbac.authorization.k8s.io/v1", "ClusterRole", "", "grantor-operator") {
		t.Error("the operator is still there")
	}
	for _, name := range []string{"grantor-server", "grantor-server-namespace"} {
		if !c.exists(t, "rbac.authorization.k8s.io/v1", "ClusterRole", "", name) {
			t.Errorf("the servers lose the role %s", name)
		}
	}
	if c.server(t).UID != server.UID {
		t.Error("the server is gone")
	}

	c.install(t, release, current)
	c.operator(t)
	if c.server(t).UID != server.UID {
		t.Error("installing again makes another server")
	}
	if after := c.credentials(t); !reflect.DeepEqual(before, after) {
		t.Error("the credentials of the client have changed")
	}

	// Who has used Helm 3 until now goes on with Helm 4.
	c.with = helm4
	c.helm(t, "upgrade", release, current, "-n", namespace, "--reset-then-reuse-values", "--set", "server.spec.deployment.replicas=4")
	if now := c.server(t); now.UID != server.UID || *now.Spec.Deployment.Replicas != 4 {
		t.Errorf("Helm 4 leaves the server as %s with %d replicas", now.UID, *now.Spec.Deployment.Replicas)
	}
}

// TestSecondRelease: there is one operator per cluster, and who tries to make another is
// told so.
func TestSecondRelease(t *testing.T) { withBoth(t, secondRelease) }

func secondRelease(t *testing.T, with tool) {
	c := newCluster(t, with)
	current := in(t, "charts", "grantor")
	c.install(t, release, current)
	for name, args := range map[string][]string{
		"another name":      {"install", "second", current, "-n", namespace},
		"another namespace": {"install", release, current, "-n", "other", "--create-namespace"},
	} {
		if _, err := c.with.run(t, c.kube.Kubeconfig, args...); err == nil || !strings.Contains(err.Error(), "Grantor is installed already, as release grantor in namespace identity") {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What an uninstalled release left belongs to whoever says so.
	c.helm(t, "uninstall", release, "-n", namespace)
	if _, err := c.with.run(t, c.kube.Kubeconfig, "install", "second", current, "-n", namespace); err == nil || !strings.Contains(err.Error(), "cannot be imported into the current release") {
		t.Errorf("another release takes the kinds: %v", err)
	}
	c.helm(t, "install", "second", current, "-n", namespace, "--take-ownership")
}

// TestKindsOfAnotherOwner: with crds.install=false the kinds must be there.
func TestKindsOfAnotherOwner(t *testing.T) {
	c := newCluster(t, helm4)
	args := append([]string{"install", release, in(t, "charts", "grantor"), "-n", namespace, "--create-namespace", "--set", "crds.install=false"}, withServer...)
	if _, err := c.with.run(t, c.kube.Kubeconfig, args...); err == nil || !strings.Contains(err.Error(), "does not know the kind OAuthServer") {
		t.Errorf("without kinds: %v", err)
	}
	if err := devenv.ApplyDir(t.Context(), c.kube.Config, in(t, "config", "crd")); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, 30*time.Second, func() bool {
		return c.admin.List(t.Context(), &oauthv1alpha1.OAuthServerList{}) == nil
	}, func() string { return "kind OAuthServer" })
	c.helm(t, args...)
	if c.kind(t).Labels["app.kubernetes.io/managed-by"] != "" {
		t.Error("Helm has taken over the kinds")
	}
	c.server(t)
}

// TestReleaseThatFailed: what only the API server can refuse is said by the first
// installation, and the next command makes it good.
func TestReleaseThatFailed(t *testing.T) { withBoth(t, failedRelease) }

func failedRelease(t *testing.T, with tool) {
	c := newCluster(t, with)
	args := func(command, issuer string) []string {
		return []string{
			command, release, in(t, "charts", "grantor"), "-n", namespace,
			"--set", "server.create=true,server.spec.issuer=" + issuer,
			"--set-json", `extraObjects=["{apiVersion: oauth.grantor.dev/v1alpha1, kind: OAuthClient, metadata: {name: extra, namespace: default}, spec: {grantTypes: [client_credentials]}}"]`,
		}
	}
	_, err := c.with.run(t, c.kube.Kubeconfig, append(args("install", issuer+"/a/../b"), "--create-namespace")...)
	if err == nil || !strings.Contains(err.Error(), "issuer must not contain the path segments") {
		t.Errorf("the installation ends with %v", err)
	}
	c.helm(t, args("upgrade", issuer)...)
	if c.server(t).Spec.Issuer != issuer {
		t.Error("the server has another issuer")
	}
	const version = "oauth.grantor.dev/v1alpha1"
	if !c.exists(t, version, "OAuthClient", "default", "extra") {
		t.Error("there is no client")
	}
	c.helm(t, "upgrade", release, in(t, "charts", "grantor"), "-n", namespace, "--reset-values")
	if c.exists(t, version, "OAuthClient", "default", "extra") {
		t.Error("the client stays when no value names it any more")
	}
}

// TestTakesOverKustomize: what kubectl installed becomes a release.
func TestTakesOverKustomize(t *testing.T) { withBoth(t, takesOver) }

func takesOver(t *testing.T, with tool) {
	c := installedCluster(t, with)
	if err := devenv.ApplyDir(t.Context(), c.kube.Config, in(t, "config", "default")); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"install", release, in(t, "charts", "grantor"), "-n", devenv.SystemNamespace}, withServer...)
	if _, err := c.with.run(t, c.kube.Kubeconfig, args...); err == nil || !strings.Contains(err.Error(), "cannot be imported into the current release") {
		t.Errorf("without being told: %v", err)
	}
	args = append(args, "--take-ownership")
	if with == helm4 {
		args = append(args, "--force-conflicts")
	}
	c.helm(t, args...)
	c.helm(t, append([]string{"upgrade", release, in(t, "charts", "grantor"), "-n", devenv.SystemNamespace}, withServer...)...)
	if c.kind(t).Labels["app.kubernetes.io/managed-by"] != "Helm" {
		t.Error("the kinds are still those of kubectl")
	}
}

// older copies the chart, without a short name in the kind and without the values of the
// test, which came later.
func older(t *testing.T, chart string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "grantor")
	if err := os.CopyFS(dir, os.DirFS(chart)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "templates", "crds", "oauth.grantor.dev_oauthservers.yaml")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const short = "    shortNames:\n    - oas\n"
	if strings.Count(string(content), short) != 1 {
		t.Fatal("the kind has no short name")
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(content), short, "", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "templates", "tests")); err != nil {
		t.Fatal(err)
	}
	withoutValue(t, filepath.Join(dir, "values.yaml"), "test")
	return dir
}

func withoutValue(t *testing.T, file, name string) {
	t.Helper()
	all := values(t, file)
	if _, ok := all[name]; !ok {
		t.Fatalf("there is no value %s", name)
	}
	delete(all, name)
	text, err := yaml.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func (c *cluster) install(t *testing.T, name, chart string) {
	t.Helper()
	c.helm(t, append([]string{"install", name, chart, "-n", namespace, "--create-namespace"}, withServer...)...)
}

func (c *cluster) server(t *testing.T) *oauthv1alpha1.OAuthServer {
	t.Helper()
	server := &oauthv1alpha1.OAuthServer{}
	if err := c.admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: "default"}, server); err != nil {
		t.Fatal(err)
	}
	return server
}

func (c *cluster) kind(t *testing.T) *apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if err := c.admin.Get(t.Context(), client.ObjectKey{Name: "oauthservers.oauth.grantor.dev"}, crd); err != nil {
		t.Fatal(err)
	}
	return crd
}

// operator runs the operator as the ServiceAccount that the release made, with the
// arguments of its Deployment, and returns what ends it.
func (c *cluster) operator(t *testing.T) (stop func()) {
	t.Helper()
	return c.operatorIn(t, namespace)
}

func (c *cluster) operatorIn(t *testing.T, namespace string) (stop func()) {
	t.Helper()
	binary, err := devenv.GrantorBinary(t.Context(), in(t), false)
	if err != nil {
		t.Fatal(err)
	}
	port := installation.FreePort(t)
	dir := t.TempDir()
	kubeconfig := filepath.Join(dir, "kubeconfig")
	if err := devenv.ServiceAccountKubeconfig(t.Context(), c.kube.Config, namespace, devenv.OperatorAccount, kubeconfig, devenv.ServiceAccountOptions{}); err != nil {
		t.Fatal(err)
	}
	program, err := devenv.StartProgram(t.Context(), devenv.OperatorOptions(devenv.OperatorSettings{
		Binary: binary, Kubeconfig: kubeconfig, MetricsPort: port, LogFile: filepath.Join(dir, "operator.log"), Args: c.args(t, namespace),
	}))
	if err != nil {
		t.Fatal(err)
	}
	ended := false
	stop = func() {
		if !ended {
			ended = true
			if err := program.Stop(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		}
	}
	t.Cleanup(stop)
	return stop
}

// credentials returns the Secret of a client, made if it is not there.
func (c *cluster) credentials(t *testing.T) map[string][]byte {
	t.Helper()
	made := &oauthv1alpha1.OAuthClient{
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "app"},
		Spec:       oauthv1alpha1.OAuthClientSpec{GrantTypes: []oauthv1alpha1.GrantType{oauthv1alpha1.GrantClientCredentials}},
	}
	if err := c.admin.Create(t.Context(), made); client.IgnoreAlreadyExists(err) != nil {
		t.Fatal(err)
	}
	// The operator that runs now has looked at it.
	installation.Edit(t, c.admin, made, func(made *oauthv1alpha1.OAuthClient) {
		made.Spec.DisplayName = "App of " + time.Now().Format(time.RFC3339Nano)
	})
	current := &oauthv1alpha1.OAuthClient{}
	installation.Eventually(t, 30*time.Second, func() bool {
		err := c.admin.Get(t.Context(), client.ObjectKeyFromObject(made), current)
		condition := meta.FindStatusCondition(current.Status.Conditions, oauthv1alpha1.ConditionCredentialsReady)
		return err == nil && condition != nil && condition.Status == metav1.ConditionTrue && condition.ObservedGeneration == made.Generation
	}, func() string { return "credentials of the client" })
	secret := &corev1.Secret{}
	if err := c.admin.Get(t.Context(), client.ObjectKey{Namespace: "default", Name: "app-oauth"}, secret); err != nil {
		t.Fatal(err)
	}
	return secret.Data
}

// deployed waits until the operator has made what runs the server, which pulls its image
// with the Secrets of the release.
func (c *cluster) deployed(t *testing.T) {
	t.Helper()
	deployment := &unstructured.Unstructured{}
	deployment.SetAPIVersion("apps/v1")
	deployment.SetKind("Deployment")
	installation.Eventually(t, 30*time.Second, func() bool {
		return c.admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: "default-oauth"}, deployment) == nil
	}, func() string { return "Deployment of the server" })
	secrets, _, err := unstructured.NestedSlice(deployment.Object, "spec", "template", "spec", "imagePullSecrets")
	if err != nil || !reflect.DeepEqual(secrets, []any{map[string]any{"name": "registry"}}) {
		t.Errorf("it pulls its image with %v, %v", secrets, err)
	}
}

// args returns what the Deployment gives to the operator after its name.
func (c *cluster) args(t *testing.T, namespace string) []string {
	t.Helper()
	for _, object := range parsed(t, c.helm(t, "get", "manifest", release, "-n", namespace)) {
		if object.GetKind() != "Deployment" {
			continue
		}
		template, _ := object.Object["spec"].(map[string]any)["template"].(map[string]any)
		containers := template["spec"].(map[string]any)["containers"].([]any)
		var args []string
		for _, arg := range containers[0].(map[string]any)["args"].([]any) {
			args = append(args, arg.(string))
		}
		return args[1:]
	}
	t.Fatal("there is no Deployment")
	return nil
}
