package gitops

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// foreign are kinds of tools that no test cluster has.
var foreign = []string{
	"argoproj.io/v1alpha1, Kind=Application",
	"helm.toolkit.fluxcd.io/v2, Kind=HelmRelease",
	"kustomize.toolkit.fluxcd.io/v1, Kind=Kustomization",
	"source.toolkit.fluxcd.io/v1, Kind=GitRepository",
	"external-secrets.io/v1alpha1, Kind=PushSecret",
}

// TestExamplesAreAccepted: the API server would take each example as it is.
func TestExamplesAreAccepted(t *testing.T) {
	g := shared.Grantor(t)
	inNamespace(t, g, "shop")
	examples := in(t, "docs", "examples", "gitops")
	seen := 0
	err := filepath.WalkDir(examples, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		seen++
		t.Run(strings.TrimPrefix(path, examples+"/"), func(t *testing.T) {
			if filepath.Base(path) == "kustomization.yaml" {
				objects, err := devenv.Render(filepath.Dir(path))
				if err != nil {
					t.Fatal(err)
				}
				for _, object := range objects {
					accepted(t, g, object)
				}
				return
			}
			for _, object := range objectsIn(t, path) {
				if object.GetNamespace() == "" && object.GetKind() != "Namespace" {
					object.SetNamespace("shop")
				}
				accepted(t, g, object)
			}
		})
		return nil
	})
	if err != nil || seen < 10 {
		t.Errorf("saw %d examples: %v", seen, err)
	}
}

// objectsIn reads the objects in a file.
func objectsIn(t *testing.T, path string) []*unstructured.Unstructured {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []*unstructured.Unstructured
	for document := range strings.SplitSeq(string(text), "\n---\n") {
		object := &unstructured.Unstructured{}
		if err := yaml.UnmarshalStrict([]byte(document), object); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out = append(out, object)
	}
	return out
}

// accepted asks the API server what it would make of an object.
func accepted(t *testing.T, g *installation.Installation, object *unstructured.Unstructured) {
	t.Helper()
	if object.GetName() == "" || object.GetKind() == "" {
		t.Errorf("an object without name or kind: %v", object.Object)
	}
	err := g.Admin.Create(context.WithoutCancel(t.Context()), object.DeepCopy(), client.DryRunAll, client.FieldValidation(metav1.FieldValidationStrict))
	isForeign := slices.Contains(foreign, object.GroupVersionKind().String())
	if isForeign != meta.IsNoMatchError(err) || !isForeign && err != nil && !apierrors.IsAlreadyExists(err) {
		t.Errorf("%s %s: %v", object.GetKind(), object.GetName(), err)
	}
}

// ownsStatusOnly wants the operator to own fields of the status and no others.
func ownsStatusOnly(t *testing.T, object client.Object) {
	t.Helper()
	owns := false
	for _, entry := range object.GetManagedFields() {
		if entry.Manager != oauthv1alpha1.FieldManager {
			continue
		}
		owns = true
		if fields := entry.FieldsV1.GetRawString(); entry.Subresource != "status" || strings.Contains(fields, `"f:spec"`) || strings.Contains(fields, `"f:metadata"`) {
			t.Errorf("of %s the operator owns %s", object.GetName(), fields)
		}
	}
	if !owns {
		t.Errorf("of %s the operator owns not even the status", object.GetName())
	}
}

// TestWhatGitOwnsStaysInGit: the operator owns no field of a spec, tells the Secret
// nothing of who tracks the client, and leaves what others say of the Secret alone.
func TestWhatGitOwnsStaysInGit(t *testing.T) {
	g := shared.Grantor(t)
	c := installation.Service(shared.Namespace(t), "tracked")
	c.Labels = map[string]string{"app.kubernetes.io/instance": "shop", "kustomize.toolkit.fluxcd.io/name": "shop"}
	c.Annotations = map[string]string{"argocd.argoproj.io/tracking-id": "shop:oauth.grantor.dev/OAuthClient:shop/tracked"}
	c = g.Create(t, c)
	server := &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: "grantor-system", Name: "default"}}
	user := &oauthv1alpha1.OAuthUser{ObjectMeta: metav1.ObjectMeta{Namespace: "grantor-system", Name: "alice"}}
	settled(t, g, server)
	settled(t, g, user)
	for _, object := range []client.Object{c, server, user} {
		ownsStatusOnly(t, object)
	}
	secret := g.Secret(t, c)
	for _, of := range []map[string]string{secret.Labels, secret.Annotations} {
		for key := range of {
			if !strings.HasPrefix(key, "oauth.grantor.dev/") {
				t.Errorf("the Secret says %s", key)
			}
		}
	}
	label := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"labels":{"app.kubernetes.io/part-of":"argocd"}}}`))
	if err := g.Admin.Patch(t.Context(), secret, label); err != nil {
		t.Fatal(err)
	}
	c.Spec.Secret.Keys.ClientID = "ID"
	if err := g.Admin.Update(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	settled(t, g, c)
	if secret = g.Secret(t, c); secret.Labels["app.kubernetes.io/part-of"] != "argocd" || secret.Data["ID"] == nil {
		t.Errorf("after a change the Secret has the labels %v", secret.Labels)
	}
}
