package devenv

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// installation is a checkout in miniature.
var installation = map[string]string{
	"config/crd/kustomization.yaml": "resources: [crd.yaml]",
	"config/crd/crd.yaml": `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: oauthservers.devenv.test}
spec:
  group: devenv.test
  scope: Namespaced
  names: {plural: oauthservers, singular: oauthserver, kind: OAuthServer}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`,
	"config/rbac/kustomization.yaml": "resources: [account.yaml, namespace.yaml]",
	"config/rbac/account.yaml": `
apiVersion: v1
kind: ServiceAccount
metadata: {name: program, namespace: the-system}
`,
	"config/rbac/namespace.yaml": `
apiVersion: v1
kind: Namespace
metadata: {name: the-system}
`,
	"config/admission/operator/kustomization.yaml": "resources: [policy.yaml]",
	"config/admission/operator/policy.yaml": `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: bounds.devenv.test}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [devenv.test], apiVersions: ["*"], resources: ["*"], operations: [CREATE]}]
  validations: [{expression: "true"}]
`,
	"config/samples/dev/kustomization.yaml": "resources: [server.yaml]",
	"config/samples/dev/server.yaml": `
apiVersion: devenv.test/v1
kind: OAuthServer
metadata: {name: default, namespace: the-system}
spec: {issuer: "http://127.0.0.1:8080", accessTokens: 5}
`,
}

func TestCluster(t *testing.T) {
	kube, err := StartKube(t.Context(), KubeOptions{Say: func(line string) { t.Log(line) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := kube.Stop(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(filepath.Dir(kube.Kubeconfig)); !os.IsNotExist(err) {
			t.Errorf("the state of an ephemeral cluster is left: %v", err)
		}
	})
	root := t.TempDir()
	for name, content := range installation {
		if err := WriteFile(filepath.Join(root, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := Install(t.Context(), kube.Config, root, InstallOptions{Issuer: "https://issuer.test"}); err != nil {
		t.Fatal(err)
	}

	t.Run("installed with the issuer", func(t *testing.T) { testIssuer(t, kube) })
	t.Run("installing again changes nothing", func(t *testing.T) { testInstallAgain(t, kube, root) })
	t.Run("a program is its ServiceAccount", func(t *testing.T) { testAccount(t, kube) })
	t.Run("requests are counted exactly", func(t *testing.T) { testCounts(t, kube) })
	t.Run("a lost answer is a write done", func(t *testing.T) { testLostAnswer(t, kube) })
	t.Run("an invalid object is refused at once", func(t *testing.T) { testInvalid(t, kube, root) })
	t.Run("an existing cluster is used and left alone", func(t *testing.T) { testExisting(t, kube) })
}

func testIssuer(t *testing.T, kube *Kube) {
	client := clientOf(t, kube)
	raw, err := client.Discovery().RESTClient().Get().
		AbsPath("/apis/devenv.test/v1/namespaces/the-system/oauthservers/default").DoRaw(t.Context())
	if err != nil || !strings.Contains(string(raw), `"issuer":"https://issuer.test"`) {
		t.Errorf("got %s, %v", raw, err)
	}
}

func testInstallAgain(t *testing.T, kube *Kube, root string) {
	version := func() string {
		client := clientOf(t, kube)
		account, err := client.CoreV1().ServiceAccounts("the-system").Get(t.Context(), "program", metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return account.ResourceVersion
	}
	before := version()
	if err := Install(t.Context(), kube.Config, root, InstallOptions{Issuer: "https://issuer.test"}); err != nil {
		t.Fatal(err)
	}
	if after := version(); after != before {
		t.Errorf("resourceVersion went from %s to %s", before, after)
	}
}

func testAccount(t *testing.T, kube *Kube) {
	path := filepath.Join(t.TempDir(), "kubeconfig")
	err := ServiceAccountKubeconfig(t.Context(), kube.Config, "the-system", "program", path, ServiceAccountOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v", info, err)
	}
	wantUser(t, path, "system:serviceaccount:the-system:program")
}

func wantUser(t *testing.T, kubeconfig, wanted string) {
	t.Helper()
	cfg, err := LoadConfig(kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		t.Fatal(err)
	}
	review, err := client.AuthenticationV1().SelfSubjectReviews().
		Create(t.Context(), &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil || review.Status.UserInfo.Username != wanted {
		t.Errorf("got %v, %v", review, err)
	}
	_, err = client.CoreV1().Secrets("the-system").List(t.Context(), metav1.ListOptions{})
	if !apierrors.IsForbidden(err) {
		t.Errorf("it may list Secrets: %v", err)
	}
}

func testCounts(t *testing.T, kube *Kube) {
	client, namespace := clientOf(t, kube), Namespace(t, kube.Config)
	before, err := RequestCounts(t.Context(), kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{GenerateName: "x-"}}
		if _, err := client.CoreV1().Secrets(namespace).Create(t.Context(), secret, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if _, err := client.CoreV1().Secrets(namespace).List(t.Context(), metav1.ListOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	wanted := "create secrets: 3\nlist secrets: 2"
	err = await(t.Context(), "the counts", 5*time.Second, 50*time.Millisecond, func(ctx context.Context) error {
		after, err := RequestCounts(ctx, kube.Config)
		if err != nil {
			return err
		}
		diff := after.Diff(before).Filter(ForResources("secrets"), WithVerbs("create", "list"))
		if diff.String() != wanted {
			return wrongCounts(diff)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func testLostAnswer(t *testing.T, kube *Kube) {
	proxy, err := StartFaultProxy(kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	proxy.SetHook(Nth(1, IsWrite, LoseAnswer(nil)))

	namespace := Namespace(t, kube.Config)
	cfg := configThrough(t, kube, proxy)
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.CoreV1().ConfigMaps(namespace).Create(t.Context(),
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "made"}}, metav1.CreateOptions{})
	if err == nil || apierrors.ReasonForError(err) != "" {
		t.Errorf("wanted a broken connection, got %v", err)
	}
	_, err = clientOf(t, kube).CoreV1().ConfigMaps(namespace).Get(t.Context(), "made", metav1.GetOptions{})
	if err != nil {
		t.Errorf("the write did not happen: %v", err)
	}
}

func testInvalid(t *testing.T, kube *Kube, root string) {
	dir := filepath.Join(root, "invalid")
	for name, content := range map[string]string{
		"kustomization.yaml": "resources: [service.yaml]",
		"service.yaml":       "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: the-system}}",
	} {
		if err := WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	started := time.Now()
	err := ApplyDir(t.Context(), kube.Config, dir)
	if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "apply Service the-system/s") {
		t.Errorf("got %v", err)
	}
	if took := time.Since(started); took > applyBound/2 {
		t.Errorf("it took %s", took)
	}
}

func testExisting(t *testing.T, kube *Kube) {
	t.Setenv("KUBECONFIG", "/nonexistent")
	existing, err := StartKube(t.Context(), KubeOptions{Kubeconfig: kube.Kubeconfig, Say: func(string) {}})
	if err != nil {
		t.Fatal(err)
	}
	if err := existing.Stop(); err != nil {
		t.Error(err)
	}
	if err := Ready(t.Context(), kube.Config); err != nil {
		t.Errorf("it was stopped: %v", err)
	}
}
