package integration

import (
	"bytes"
	"context"
	"encoding/base64"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/hack/dev/demo"
	"github.com/grantor-dev/grantor/hack/dev/progress"
	"github.com/grantor-dev/grantor/hack/devenv"
)

// TestDemoPrintsNoSecret runs what make demo runs in its environment. People show the
// output to others.
func TestDemoPrintsNoSecret(t *testing.T) {
	g := grantor(t)
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = g.Admin.Delete(context.WithoutCancel(t.Context()), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "demo"}})
	})
	var out bytes.Buffer
	err = demo.Run(t.Context(), demo.Options{
		Kubeconfig: g.Kube.Kubeconfig, Issuer: g.Issuer,
		Manifest: filepath.Join(root, "config/samples/demo/oauthclient.yaml"), ManifestName: "the sample",
		Out: progress.New(&out),
	})
	if err != nil {
		t.Fatalf("%v; it printed:\n%s", err, &out)
	}
	secret := &corev1.Secret{}
	if err := g.Admin.Get(t.Context(), client.ObjectKey{Namespace: "demo", Name: "hello-oauth"}, secret); err != nil {
		t.Fatal(err)
	}
	printed := out.String()
	value := secret.Data["client_secret"]
	if len(value) < 32 || !bytes.Equal(value, secret.Data["client-secret"]) {
		t.Fatal("the Secret does not hold the client secret under both keys")
	}
	for _, form := range []string{string(value), base64.StdEncoding.EncodeToString(value), base64.URLEncoding.EncodeToString(value)} {
		if strings.Contains(printed, form) {
			t.Error("it prints the client secret")
		}
	}
	if !strings.Contains(printed, g.Issuer+"/token") || !strings.Contains(printed, "client-secret") {
		t.Errorf("the Secret is not shown:\n%s", printed)
	}
	// A JWT begins so, whatever is in it.
	if strings.Contains(printed, "eyJ") {
		t.Error("it prints a token")
	}
}
