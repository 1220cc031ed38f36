package deployment

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// thief has a token of the operator, and may ask the API server for whatever it may.
type thief struct {
	stolen    client.Client
	find      func(kind, in, name string) *unstructured.Unstructured
	namespace string
}

var (
	marked   = map[string]string{oauthv1alpha1.LabelPartOf: oauthv1alpha1.PartOfClient}
	someMark = map[string]any{oauthv1alpha1.LabelPartOf: oauthv1alpha1.PartOfClient}
)

const annotated = `[{"op":"add","path":"/metadata/annotations","value":{"a":"b"}}]`

// TestAStolenTokenOfTheOperator: its roles let the operator write these kinds, and the
// policies in config/admission/operator only these objects of them. That the operator
// itself lives with them shows every other test.
func TestAStolenTokenOfTheOperator(t *testing.T) {
	t.Parallel()
	s := steal(t)
	ns, binding := s.namespace, "grantor-server:"+s.namespace+":auth"
	const (
		reserved, notMade, notDeployed = "no Secret of a type of Kubernetes", "did not make", "did not deploy"
		whose, binds, others, shut     = "the name, the owner and the marks", "binds nothing but", "gives rights only to", "shut off"
		own                            = "its own three Secrets"
		// Of two policies that refuse, the API server names one.
		or = " or "
	)
	for name, test := range map[string]struct {
		do   attempt
		says string
	}{
		"a Secret that becomes the token of another account": {s.makesSecret(ns, "token", "kubernetes.io/service-account-token", someMark), reserved},
		"a Secret with which a node joins":                   {s.makesSecret("kube-system", "bootstrap-token-abcdef", "bootstrap.kubernetes.io/token", someMark), reserved},
		"a release of Helm":                                  {s.makesSecret(ns, "release", "helm.sh/release.v1", someMark), reserved},
		"a Secret without a mark":                            {s.makesSecret(ns, "unmarked", "Opaque", nil), "part-of"},
		"a Secret of a team that it marks":                   {s.rewrites("Secret", ns, "of-a-team"), notMade},
		"a Secret of a team, deleted":                        {s.deletes("Secret", ns, "of-a-team"), notMade},
		"the keys of a server, deleted":                      {s.deletes("Secret", ns, "auth-oauth-keys"), "never deletes the keys"},

		"an account of a team":          {s.patches("ServiceAccount", ns, "of-a-team", annotated), notDeployed},
		"an account of a team, deleted": {s.deletes("ServiceAccount", ns, "of-a-team"), notDeployed},
		"a Role of a team":              {s.patches("Role", ns, "of-a-team", annotated), notDeployed + or + own},
		"a Service of a team":           {s.patches("Service", ns, "of-a-team", annotated), notDeployed},
		"the Service of Kubernetes":     {s.patches("Service", "default", "kubernetes", annotated), notDeployed},
		"a Deployment of a team":        {s.patches("Deployment", ns, "of-a-team", `[{"op":"replace","path":"/spec/replicas","value":0}]`), notDeployed},
		"a Deployment of a team that it marks": {
			s.patches("Deployment", ns, "of-a-team", `[{"op":"add","path":"/metadata/labels","value":{"oauth.grantor.dev/part-of":"server"}}]`), notDeployed,
		},

		"a Deployment as another account": {
			s.patches("Deployment", ns, "auth-oauth", `[{"op":"replace","path":"/spec/template/spec/serviceAccountName","value":"of-a-team"}]`), "runs as the ServiceAccount",
		},
		"a Deployment that sees the processes of the node": {
			s.patches("Deployment", ns, "auth-oauth", `[{"op":"add","path":"/spec/template/spec/hostPID","value":true}]`), shut,
		},
		"a Deployment with a folder of the node": {
			s.patches("Deployment", ns, "auth-oauth", `[{"op":"add","path":"/spec/template/spec/volumes","value":[{"name":"root","hostPath":{"path":"/"}}]}]`), shut,
		},
		"a container that may become root": {
			s.patches("Deployment", ns, "auth-oauth", `[{"op":"replace","path":"/spec/template/spec/containers/0/securityContext","value":{"allowPrivilegeEscalation":true}}]`), shut,
		},
		"an init container that says nothing": {
			s.patches("Deployment", ns, "auth-oauth",
				`[{"op":"add","path":"/spec/template/spec/initContainers","value":[{"name":"a","image":"a"}]}]`), shut,
		},
		"a Deployment without an OAuthServer": {s.copies("Deployment", ns, "auth-oauth", func(o *unstructured.Unstructured) {
			o.SetName("auth-oauth-sessions")
			o.SetOwnerReferences(nil)
		}), whose},
		"a Deployment under another name": {s.copies("Deployment", ns, "auth-oauth", func(*unstructured.Unstructured) {}), whose},
		"a Deployment in kube-system":     {s.copies("Deployment", ns, "auth-oauth", func(o *unstructured.Unstructured) { o.SetNamespace("kube-system") }), whose},
		"a Service that leads elsewhere": {
			s.patches("Service", ns, "auth-oauth", `[{"op":"replace","path":"/spec/selector","value":{"app":"bank"}}]`), "leads to the pods",
		},

		"a server's rights for somebody else": {
			s.patches("RoleBinding", ns, "auth-oauth-sessions", `[{"op":"replace","path":"/subjects/0/name","value":"default"}]`), others,
		},
		"a server's rights for a namesake elsewhere": {
			s.patches("ClusterRoleBinding", "", binding, `[{"op":"replace","path":"/subjects/0/namespace","value":"default"}]`), others,
		},
		"a server's rights for one more": {
			s.patches("RoleBinding", ns, "auth-oauth", `[{"op":"add","path":"/subjects/-","value":{"kind":"ServiceAccount","name":"default","namespace":"default"}}]`), others,
		},
		"a server's rights for a person": {
			s.patches("RoleBinding", ns, "auth-oauth", `[{"op":"replace","path":"/subjects","value":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"eve"}]}]`), others,
		},
		"a binding of cluster-wide rights in one namespace": {s.copies("RoleBinding", ns, "auth-oauth-sessions", func(o *unstructured.Unstructured) {
			o.SetName("auth-oauth-sessions")
			_ = unstructured.SetNestedField(o.Object, "grantor-server", "roleRef", "name")
		}), binds},
		"a binding of a Role of a team": {s.copies("RoleBinding", ns, "auth-oauth", func(o *unstructured.Unstructured) {
			o.SetName("auth-oauth")
			_ = unstructured.SetNestedField(o.Object, "of-a-team", "roleRef", "name")
		}), binds},
		"a binding for an OAuthServer that is another one's": {s.copies("ClusterRoleBinding", "", binding, func(*unstructured.Unstructured) {}), whose},

		"a Role for all Secrets":    {s.patches("Role", ns, "auth-oauth", `[{"op":"remove","path":"/rules/0/resourceNames"}]`), own},
		"a Role for another's keys": {s.patches("Role", ns, "auth-oauth", `[{"op":"replace","path":"/rules/0/resourceNames/0","value":"other-oauth-keys"}]`), own},
		"a Role that writes":        {s.patches("Role", ns, "auth-oauth", `[{"op":"add","path":"/rules/0/verbs/-","value":"create"}]`), own},
		"a Role with one more rule": {
			s.patches("Role", ns, "auth-oauth", `[{"op":"add","path":"/rules/-","value":{"apiGroups":[""],"resources":["services"],"verbs":["get"]}}]`), own,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got error
			// A policy counts a moment after it was installed.
			installation.Eventually(t, bound, func() bool {
				got = test.do(t.Context())
				return apierrors.IsForbidden(got) && strings.Contains(got.Error(), "grantor.dev") &&
					slices.ContainsFunc(strings.Split(test.says, or), func(says string) bool { return strings.Contains(got.Error(), says) })
			}, func() string { return "a refusal that says " + test.says + "; there is: " + errorText(got) })
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return "none"
	}
	return err.Error()
}

// team is what lives beside a server and is none of the operator's business.
var team = []string{
	`{"apiVersion":"v1","kind":"Secret","metadata":{"name":"of-a-team"},"data":{"a":"YQ=="}}`,
	`{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"of-a-team"}}`,
	`{"apiVersion":"v1","kind":"Service","metadata":{"name":"of-a-team"},"spec":{"ports":[{"port":80}]}}`,
	`{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"of-a-team"},"rules":[]}`,
	`{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"of-a-team"},"spec":{"selector":{"matchLabels":{"app":"a"}},
		"template":{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"a","image":"a"}]}}}}`,
}

// steal returns a thief where a team and a server live.
func steal(t *testing.T) *thief {
	t.Helper()
	g, namespace := shared.Grantor(t), shared.Namespace(t)
	created(t, g, newServer(namespace, "auth"))
	for _, text := range team {
		object := &unstructured.Unstructured{}
		if err := object.UnmarshalJSON([]byte(text)); err != nil {
			t.Fatal(err)
		}
		object.SetNamespace(namespace)
		if err := g.Admin.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	err := devenv.ServiceAccountKubeconfig(t.Context(), g.Kube.Config, devenv.SystemNamespace, devenv.OperatorAccount, kubeconfig,
		devenv.ServiceAccountOptions{Lifetime: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	stolen, err := client.New(config, client.Options{Scheme: g.Admin.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	return &thief{stolen: client.NewDryRunClient(stolen), find: func(kind, in, name string) *unstructured.Unstructured {
		found := object(t, g, kind, in, name)
		if found == nil {
			t.Fatalf("there is no %s %s", kind, name)
		}
		return found
	}, namespace: namespace}
}

// attempt is what a thief tries. It is a dry run, so that a policy that does not count
// yet lets nothing happen.
type attempt func(ctx context.Context) error

func (s *thief) makes(object *unstructured.Unstructured) attempt {
	return func(ctx context.Context) error { return s.stolen.Create(ctx, object.DeepCopy()) }
}

func (s *thief) makesSecret(in, name, kind string, labels map[string]any) attempt {
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "Secret", "type": kind,
		"metadata": map[string]any{
			"namespace": in, "name": name, "labels": labels,
			"annotations": map[string]any{"kubernetes.io/service-account.name": "of-a-team"},
		},
	}}
	return s.makes(object)
}

// copies makes an object like one of the server.
func (s *thief) copies(kind, in, name string, change func(*unstructured.Unstructured)) attempt {
	found := s.find(kind, in, name)
	copied := &unstructured.Unstructured{Object: map[string]any{}}
	for field, value := range found.Object {
		if field != "status" {
			copied.Object[field] = value
		}
	}
	copied = copied.DeepCopy()
	for _, field := range []string{"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"} {
		unstructured.RemoveNestedField(copied.Object, "metadata", field)
	}
	copied.SetName(name + "-copy")
	change(copied)
	return s.makes(copied)
}

func (s *thief) patches(kind, in, name, operations string) attempt {
	found := s.find(kind, in, name)
	return func(ctx context.Context) error {
		return s.stolen.Patch(ctx, found.DeepCopy(), client.RawPatch("application/json-patch+json", []byte(operations)))
	}
}

func (s *thief) rewrites(kind, in, name string) attempt {
	found := s.find(kind, in, name)
	found.SetAnnotations(map[string]string{"a": "b"})
	found.SetLabels(marked)
	return func(ctx context.Context) error { return s.stolen.Update(ctx, found.DeepCopy()) }
}

func (s *thief) deletes(kind, in, name string) attempt {
	found := s.find(kind, in, name)
	return func(ctx context.Context) error { return s.stolen.Delete(ctx, found.DeepCopy()) }
}
