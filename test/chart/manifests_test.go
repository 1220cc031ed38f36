package chart

import (
	"encoding/json"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/docs"
)

// demanded are the conditions that say that an object of ours is taken.
var demanded = map[string]string{"OAuthClient": "Accepted", "OAuthIdentityProvider": "Accepted", "OAuthUser": "Ready", "OAuthClientPolicy": "Ready"}

// judgedOnly are kinds whose objects the API server judges without storing them, and why.
var judgedOnly = map[string]string{
	"OAuthServer": "another one would take the place of the chart's, by which the others are judged",
	"Pod":         "there is no node",
}

// unknown are groups of kinds that the cluster does not have.
var unknown = map[string]string{
	"cert-manager.io":           "cert-manager",
	"gateway.networking.k8s.io": "Gateway API",
	"gateway.envoyproxy.io":     "Envoy Gateway",
	"security.istio.io":         "Istio",
	"networking.istio.io":       "Istio",
	"traefik.io":                "Traefik",
	"servicebinding.io":         "Service Binding",
}

// shellVariables stands for what the commands of the pages make.
var shellVariables = strings.NewReplacer("$X", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")

// needed is what a page tells people to make first, by commands or by another sample.
var needed = map[string]func(t *testing.T) []*unstructured.Unstructured{
	"docs/guides/no-secret.md": func(*testing.T) []*unstructured.Unstructured {
		account := &unstructured.Unstructured{}
		account.SetAPIVersion("v1")
		account.SetKind("ServiceAccount")
		account.SetNamespace("shop")
		account.SetName("billing")
		return []*unstructured.Unstructured{account}
	},
	"docs/guides/redirects.md": func(t *testing.T) []*unstructured.Unstructured {
		return inFile(t, "config/samples/redirects/ingress.yaml")
	},
	"docs/guides/start-page.md": func(t *testing.T) []*unstructured.Unstructured {
		policies := inFile(t, "config/samples/startpage/oauthclientpolicy.yaml")
		for _, policy := range policies {
			policy.SetName("of-the-sample") // the page has one with its name
		}
		return policies
	},
	"docs/guides/users.md": func(t *testing.T) []*unstructured.Unstructured {
		var secrets []*unstructured.Unstructured
		for _, object := range inFile(t, "config/samples/dev/oauthusers.yaml") {
			if object.GetName() == "alice-password" {
				object.SetName("carol-password")
				secrets = append(secrets, object)
			}
		}
		return secrets
	},
}

// TestEveryManifestIsAccepted installs the chart as the README says, and applies every
// sample and every manifest of the documentation.
func TestEveryManifestIsAccepted(t *testing.T) {
	manifests := append(samples(t), onPages(t)...)
	withBoth(t, func(t *testing.T, with tool) {
		c := newCluster(t, with)
		says := c.helm(t, "install", release, in(t, "charts", "grantor"), "-n", devenv.SystemNamespace, "--create-namespace",
			"--set", "server.create=true", "--set", "server.spec.issuer="+issuer,
			"--set-json", "server.spec.trustedIssuers="+trustedIssuers(t, manifests))
		c.operatorIn(t, devenv.SystemNamespace)
		clients := 0
		printed := docs.Manifest{Page: "what helm install prints", Objects: docs.Applied(t, says)}
		for _, manifest := range append(slices.Clone(manifests), printed) {
			t.Run(manifest.Page+"/"+manifest.Section, func(t *testing.T) {
				clients += c.accepts(t, manifest)
			})
		}
		if len(printed.Objects) != 1 {
			t.Errorf("helm install prints %d objects", len(printed.Objects))
		}
		if clients < 25 {
			t.Errorf("there are only %d clients", clients)
		}
	})
}

// trustedIssuers returns those that the documentation adds to an OAuthServer, as JSON: the
// clients of its examples name them.
func trustedIssuers(t *testing.T, manifests []docs.Manifest) string {
	t.Helper()
	for _, manifest := range manifests {
		for _, object := range manifest.Objects {
			list, found, err := unstructured.NestedSlice(object.Object, "spec", "trustedIssuers")
			if err != nil {
				t.Fatal(err)
			}
			if !found || object.GetKind() != "OAuthServer" {
				continue
			}
			text, err := json.Marshal(list)
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
	}
	t.Fatal("no OAuthServer of the documentation has trustedIssuers")
	return ""
}

// samples are those of config/samples, folder by folder, as kubectl apply -k has them, and
// the application of the examples for GitOps.
func samples(t *testing.T) []docs.Manifest {
	t.Helper()
	var list []docs.Manifest
	for _, folder := range []string{"config/samples", "docs/examples/gitops/application"} {
		err := filepath.WalkDir(in(t, filepath.FromSlash(folder)), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Base(path) != "kustomization.yaml" {
				return err
			}
			objects, err := devenv.Render(filepath.Dir(path))
			list = append(list, docs.Manifest{Page: folder, Section: filepath.Base(filepath.Dir(path)), Objects: objects})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return list
}

func onPages(t *testing.T) []docs.Manifest {
	t.Helper()
	var list []docs.Manifest
	for _, page := range docs.Pages(t) {
		for _, manifest := range docs.Manifests(t, page, shellVariables) {
			if first := needed[page]; first != nil {
				manifest.Objects = append(first(t), manifest.Objects...)
			}
			list = append(list, manifest)
		}
	}
	return list
}

// accepts applies a manifest, waits until all of it is taken, deletes it, and returns how
// many clients it had.
func (c *cluster) accepts(t *testing.T, manifest docs.Manifest) (clients int) {
	t.Helper()
	if before := c.addScopes(t, manifest); before != nil {
		defer c.setScopes(t, func([]any) []any { return before })
	}
	var made []*unstructured.Unstructured
	for _, object := range manifest.Objects {
		object := object.DeepCopy()
		if unknown[object.GroupVersionKind().Group] != "" {
			continue
		}
		if object.GetKind() == "Namespace" {
			c.ensureNamespace(t, object.GetName())
			continue
		}
		if namespaced, err := c.admin.IsObjectNamespaced(object); err != nil {
			t.Fatal(err)
		} else if namespaced && object.GetNamespace() == "" {
			object.SetNamespace(metav1.NamespaceDefault)
		}
		c.ensureNamespace(t, object.GetNamespace())
		options := []client.CreateOption{client.FieldValidation(metav1.FieldValidationStrict)}
		if judgedOnly[object.GetKind()] != "" {
			options = append(options, client.DryRunAll)
		}
		err := c.admin.Create(t.Context(), object, options...)
		switch judged := judgedOnly[object.GetKind()] != ""; {
		// It is judged before its name is.
		case judged && apierrors.IsAlreadyExists(err):
		case err != nil:
			t.Errorf("%s %s: %v", object.GetKind(), object.GetName(), err)
		case !judged:
			made = append(made, object)
		}
	}
	for _, object := range made {
		if condition := demanded[object.GetKind()]; condition != "" {
			c.becomes(t, object, condition)
		}
		if object.GetKind() == "OAuthClient" {
			clients++
		}
	}
	for _, object := range made {
		if err := c.admin.Delete(t.Context(), object); err != nil {
			t.Error(err)
		}
	}
	return clients
}

// addScopes gives the server of the chart the scopes that an OAuthServer in the same manifest
// has, for which the clients beside it ask, and returns those that it had; nil for no change.
func (c *cluster) addScopes(t *testing.T, manifest docs.Manifest) (before []any) {
	t.Helper()
	var more []any
	for _, object := range manifest.Objects {
		if object.GetKind() == "OAuthServer" {
			more, _, _ = unstructured.NestedSlice(object.Object, "spec", "scopes")
		}
	}
	if len(more) == 0 {
		return nil
	}
	return c.setScopes(t, func(list []any) []any {
		known := map[string]bool{}
		for _, scope := range list {
			known[nameOf(scope)] = true
		}
		for _, scope := range more {
			if !known[nameOf(scope)] {
				list = append(list, scope)
			}
		}
		return list
	})
}

func nameOf(scope any) string {
	fields, _ := scope.(map[string]any)
	name, _ := fields["name"].(string)
	return name
}

// setScopes changes the scopes of the chart's server and returns those before.
func (c *cluster) setScopes(t *testing.T, change func(list []any) []any) (before []any) {
	t.Helper()
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		server := &unstructured.Unstructured{}
		server.SetAPIVersion("oauth.grantor.dev/v1alpha1")
		server.SetKind("OAuthServer")
		if err := c.admin.Get(t.Context(), client.ObjectKey{Namespace: devenv.SystemNamespace, Name: "default"}, server); err != nil {
			return err
		}
		var err error
		if before, _, err = unstructured.NestedSlice(server.Object, "spec", "scopes"); err != nil {
			return err
		}
		if err := unstructured.SetNestedSlice(server.Object, change(slices.Clone(before)), "spec", "scopes"); err != nil {
			return err
		}
		return c.admin.Update(t.Context(), server)
	})
	if err != nil {
		t.Fatal(err)
	}
	return before
}

// becomes waits until a condition of an object is true.
func (c *cluster) becomes(t *testing.T, object *unstructured.Unstructured, condition string) {
	t.Helper()
	var says string
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		current := object.DeepCopy()
		if err := c.admin.Get(t.Context(), client.ObjectKeyFromObject(object), current); err != nil {
			t.Fatal(err)
		}
		var status struct {
			Conditions []metav1.Condition `json:"conditions"`
		}
		fields, _ := current.Object["status"].(map[string]any)
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(fields, &status); err != nil {
			t.Fatal(err)
		}
		found := meta.FindStatusCondition(status.Conditions, condition)
		if found != nil && found.Status == metav1.ConditionTrue {
			return
		}
		if found != nil {
			says = found.Reason + ": " + found.Message
		}
	}
	t.Errorf("%s %s/%s does not become %s: %s", object.GetKind(), object.GetNamespace(), object.GetName(), condition, says)
}

func (c *cluster) ensureNamespace(t *testing.T, name string) {
	t.Helper()
	if name == "" {
		return
	}
	err := c.admin.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
	if client.IgnoreAlreadyExists(err) != nil {
		t.Fatal(err)
	}
}
