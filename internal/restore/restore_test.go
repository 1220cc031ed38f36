package restore

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/grantor-dev/grantor/internal/documents"
)

const backup = `
apiVersion: v1
kind: List
items:
- apiVersion: oauth.grantor.dev/v1alpha1
  kind: OAuthClient
  metadata:
    {name: young, namespace: shop, uid: u-2, creationTimestamp: "2026-02-01T00:00:00Z", resourceVersion: "9", generation: 3,
     finalizers: [x], managedFields: [{}], ownerReferences: [{name: o}], labels: {team: shop},
     annotations: {kubectl.kubernetes.io/last-applied-configuration: "{}", note: keep}}
  spec: {scopes: [read]}
  status: {serverRef: {namespace: grantor-system, name: default}}
- apiVersion: oauth.grantor.dev/v1alpha1
  kind: OAuthClient
  metadata: {name: old, namespace: shop, uid: u-1, creationTimestamp: "2026-01-01T00:00:00Z"}
  status: {serverRef: {namespace: other, name: second}}
- apiVersion: oauth.grantor.dev/v1alpha1
  kind: OAuthUser
  metadata: {name: alice, namespace: grantor-system, uid: 7ca4255d}
  spec: {username: alice}
- apiVersion: oauth.grantor.dev/v1alpha1
  kind: OAuthUser
  metadata: {name: bob, namespace: grantor-system, uid: 8ca4255d}
  spec: {username: bob, subject: bob-1}
- apiVersion: oauth.grantor.dev/v1alpha1
  kind: OAuthServer
  metadata: {name: default, namespace: grantor-system}
  spec: {default: true}
  status: {keys: [{id: k}]}
- apiVersion: v1
  kind: Secret
  type: Opaque
  metadata: {name: young-oauth, namespace: shop, ownerReferences: [{uid: u-2}],
    labels: {oauth.grantor.dev/part-of: client, oauth.grantor.dev/client-uid: u-2}, annotations: {oauth.grantor.dev/client: young}}
  data: {client_secret: c2VjcmV0}
- apiVersion: v1
  kind: Secret
  metadata: {name: default-oauth-keys, namespace: grantor-system, labels: {oauth.grantor.dev/part-of: keys}}
- apiVersion: v1
  kind: Secret
  metadata: {name: default-oauth-passwords, namespace: grantor-system, labels: {oauth.grantor.dev/part-of: passwords}}
- apiVersion: v1
  kind: Secret
  metadata: {name: default-oauth-providers, namespace: grantor-system, labels: {oauth.grantor.dev/part-of: providers}}
- apiVersion: v1
  kind: Secret
  type: kubernetes.io/service-account-token
  metadata: {name: token, namespace: shop}
- apiVersion: v1
  kind: Namespace
  metadata: {name: shop, uid: u-9, labels: {env: prod}}
  spec: {finalizers: [kubernetes]}
- {apiVersion: v1, kind: Namespace, metadata: {name: empty}}
- apiVersion: oauth.grantor.dev/v1alpha1
  kind: OAuthUser
  metadata: {name: bob, namespace: grantor-system, uid: 8ca4255d}
- apiVersion: oauth.grantor.dev/v1alpha1
  kind: OAuthUser
  metadata: {name: alice, namespace: grantor-system, uid: 7ca4255d, resourceVersion: "2"}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: kube-root-ca.crt, namespace: shop}
- apiVersion: oauth.grantor.dev/v1alpha1
  kind: OAuthClient
  metadata: {name: leaving, namespace: shop, deletionTimestamp: "2026-01-01T00:00:00Z"}
`

func manifests(t *testing.T, text string) (list []string, result Result) {
	t.Helper()
	result, err := Manifests([]documents.Input{{Name: "backup", Content: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, manifest := range result.Manifests {
		text, err := yaml.Marshal(manifest)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(text))
	}
	return list, result
}

func TestManifests(t *testing.T) {
	list, result := manifests(t, backup)
	wanted := []string{`apiVersion: v1
kind: Namespace
metadata:
  labels:
    env: prod
  name: shop
`, `apiVersion: v1
data:
  client_secret: c2VjcmV0
kind: Secret
metadata:
  annotations:
    oauth.grantor.dev/client: young
    oauth.grantor.dev/restored: "true"
  labels:
    oauth.grantor.dev/part-of: client
  name: young-oauth
  namespace: shop
type: Opaque
`, `apiVersion: v1
kind: Secret
metadata:
  labels:
    oauth.grantor.dev/part-of: keys
  name: default-oauth-keys
  namespace: grantor-system
`, `apiVersion: oauth.grantor.dev/v1alpha1
kind: OAuthServer
metadata:
  name: default
  namespace: grantor-system
spec:
  default: true
`, `apiVersion: oauth.grantor.dev/v1alpha1
kind: OAuthUser
metadata:
  name: alice
  namespace: grantor-system
spec:
  subject: 7ca4255d
  username: alice
`, `apiVersion: oauth.grantor.dev/v1alpha1
kind: OAuthUser
metadata:
  name: bob
  namespace: grantor-system
spec:
  subject: bob-1
  username: bob
`, `apiVersion: oauth.grantor.dev/v1alpha1
kind: OAuthClient
metadata:
  name: old
  namespace: shop
spec:
  serverRef:
    name: second
    namespace: other
`, `apiVersion: oauth.grantor.dev/v1alpha1
kind: OAuthClient
metadata:
  annotations:
    note: keep
  labels:
    team: shop
  name: young
  namespace: shop
spec:
  scopes:
  - read
`}
	if got := strings.Join(list, "---\n"); got != strings.Join(wanted, "---\n") {
		t.Errorf("manifests:\n%s", got)
	}
	notes := strings.Join(result.Notes, "\n")
	for _, note := range []string{
		`OAuthClient "shop/old" was bound to OAuthServer "other/second"`,
		`Secret "shop/token" is the token of a ServiceAccount`,
		`OAuthClient "shop/leaving" was being deleted`,
		`1 of "v1/ConfigMap" left out`,
		`OAuthUser "grantor-system/alice" is in the input in two versions`,
	} {
		if !strings.Contains(notes, note) {
			t.Errorf("no note %q in:\n%s", note, notes)
		}
	}
	if strings.Contains(notes, "bob") {
		t.Errorf("a note about an object that is there twice in one version:\n%s", notes)
	}
}

// Who restores a cluster must know whom a password alone lets in.
func TestSecondFactors(t *testing.T) {
	server := func(name, mode string) string {
		return "---\napiVersion: oauth.grantor.dev/v1alpha1\nkind: OAuthServer\nmetadata: {name: " + name + ", namespace: auth}\nspec: {login: {secondFactor: " + mode + "}}\n"
	}
	const enrollment = "---\napiVersion: session.grantor.dev/v1alpha1\nkind: Enrollment\nmetadata: {name: x, namespace: auth}\n"
	for name, test := range map[string]struct{ backup, says string }{
		"nobody is asked":      {server("default", "Off"), ""},
		"two servers":          {server("main", "Require") + server("default", "Offer") + server("old", "Off"), "(0 Enrollments left out): for users of OAuthServer auth/default, auth/main the password alone is enough"},
		"a server and factors": {server("default", "Offer") + enrollment + strings.Replace(enrollment, "x", "y", 1), "(2 Enrollments left out): for users of OAuthServer auth/default"},
		"factors alone":        {enrollment, "(1 Enrollments left out): for users the password alone"},
	} {
		_, result := manifests(t, test.backup)
		notes := strings.Join(result.Notes, "\n")
		if test.says == "" && notes != "" || !strings.Contains(notes, test.says) || strings.Contains(notes, "not a kind") {
			t.Errorf("%s: %s", name, notes)
		}
	}
}

// TestManifestsOfManifests says that the output can be kept in place of the backup.
func TestManifestsOfManifests(t *testing.T) {
	list, _ := manifests(t, backup)
	once := strings.Join(list, "---\n")
	again, _ := manifests(t, once)
	if twice := strings.Join(again, "---\n"); twice != once {
		t.Errorf("a second time:\n%s", twice)
	}
}

func TestInputThatIsNoBackup(t *testing.T) {
	for name, test := range map[string]struct{ text, says string }{
		"no YAML":        {"a: [c2VjcmV0", "backup, document 1: it is not YAML, or says something twice, near line 1"},
		"a text":         {"c2VjcmV0", "backup, document 1: it is no object"},
		"a key twice":    {"a: 1\na: 2\n", "says something twice"},
		"an odd list":    {"items: [c2VjcmV0]", "item 1: it is no object"},
		"an odd element": {"apiVersion: v1\n---\nitems: [{}, 1]", "document 2: item 2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Manifests([]documents.Input{{Name: "backup", Content: []byte(test.text)}})
			if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "c2VjcmV0") {
				t.Errorf("error %v, wanted %q", err, test.says)
			}
		})
	}
}

func TestOddObjectsDoNotStopIt(t *testing.T) {
	for _, text := range []string{
		"", "{}", "kind: Secret\napiVersion: v1\nmetadata: 7", "items: []", "items: 5",
		"apiVersion: oauth.grantor.dev/v1alpha1\nkind: OAuthClient\nmetadata: {labels: 5}\nspec: 3\nstatus: x",
		"apiVersion: oauth.grantor.dev/v1alpha1\nkind: OAuthUser\nmetadata: {uid: 3}\nspec: 3",
	} {
		if _, err := Manifests([]documents.Input{{Name: "backup", Content: []byte(text)}}); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}
