package render

import (
	"errors"
	"strings"
	"sync"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/render/patches"
)

const container = "spec: {template: {spec: {containers: [{name: server, "

func TestPatchesThatAreFine(t *testing.T) {
	for name, patch := range map[string]string{
		"a node selector":             "spec: {template: {spec: {nodeSelector: {disk: ssd}}}}",
		"names of the object":         "{apiVersion: apps/v1, kind: Deployment, metadata: {name: default-oauth}, spec: {paused: true}}",
		"a number of no replicas":     "spec: {replicas: null}",
		"a document mark":             "---\nspec: {minReadySeconds: 5}\n",
		"an operation":                "- {op: replace, path: /spec/replicas, value: 7}",
		"JSON":                        `[{"op": "test", "path": "/spec/replicas", "value": 2}]`,
		"a variable":                  container + "env: [{name: GOGC, value: '50'}]}]}}}",
		"a sidecar that is locked in": "spec: {template: {spec: {containers: [{name: proxy, image: proxy, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}}}",
		"a ConfigMap as volume":       "spec: {template: {spec: {volumes: [{name: ca, configMap: {name: ca}}]}}}",
		"a pull secret":               "spec: {template: {spec: {imagePullSecrets: [{name: registry}]}}}",
		"another type of Service":     "Service|spec: {type: LoadBalancer}",
		"a further port":              "Service|spec: {ports: [{name: more, port: 9, targetPort: 9, protocol: TCP}]}",
		"a narrower NetworkPolicy":    "NetworkPolicy|- {op: add, path: /spec/policyTypes/-, value: Egress}",
		"a label of one's own":        "Service|metadata: {labels: {team: a}}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := Objects(deployed(patchedBy(patch)), "grantor:test"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestPatchesThatAreRefused(t *testing.T) {
	const restricted = "restricted Pod Security Standard"
	for name, test := range map[string]struct{ patch, says string }{
		"no YAML":                      {"a: [", "patch: "},
		"a string":                     {"hello", "it must be a merge patch or a list of operations"},
		"null":                         {"null", "it must be a merge patch"},
		"two documents":                {"spec: {}\n---\nspec: {}", "one YAML document"},
		"a key twice":                  {"spec: {}\nspec: {}", "already set"},
		"aliases that grow":            {bomb(), "patch: "},
		"a quantity without end":       {container + "resources: {limits: {memory: '1e-999999999'}}}]}}}", "exponent"},
		"a kind that is not rendered":  {"StatefulSet|spec: {}", "nothing that is rendered is a StatefulSet"},
		"a kind in another case":       {"deployment|spec: {}", "nothing that is rendered is a deployment"},
		"a kind beside its target":     {"{kind: Service, spec: {}}", "that of its target Deployment"},
		"a path that is not there":     {"- {op: remove, path: /spec/nothing}", "/spec/nothing"},
		"an operation that is none":    {"- {op: melt, path: /spec}", "melt"},
		"a test that fails":            {"- {op: test, path: /spec/replicas, value: 3}", "test"},
		"the object removed":           {"$patch: delete", "adds or removes"},
		"another name":                 {"- {op: replace, path: /metadata/name, value: other}", "Deployment default-oauth"},
		"another namespace":            {"- {op: replace, path: /metadata/namespace, value: kube-system}", "Deployment default-oauth"},
		"another version":              {"- {op: replace, path: /apiVersion, value: apps/v2}", "Deployment default-oauth"},
		"another kind":                 {"- {op: replace, path: /kind, value: DaemonSet}", "Deployment default-oauth"},
		"an owner":                     {"metadata: {ownerReferences: [{apiVersion: v1, kind: Pod, name: a, uid: b}]}", "metadata.ownerReferences"},
		"a finalizer":                  {"metadata: {finalizers: [a/b]}", "metadata.finalizers"},
		"our label":                    {"metadata: {labels: {oauth.grantor.dev/part-of: client}}", "oauth.grantor.dev"},
		"our annotation":               {"metadata: {annotations: {oauth.grantor.dev/server: other}}", "oauth.grantor.dev"},
		"a status":                     {"status: {replicas: 1}", "status"},
		"another ServiceAccount":       {"spec: {template: {spec: {serviceAccountName: admin}}}", "ServiceAccount"},
		"another ServiceAccount, old":  {"spec: {template: {spec: {serviceAccount: admin}}}", "ServiceAccount"},
		"no token":                     {"spec: {template: {spec: {automountServiceAccountToken: false}}}", "ServiceAccount"},
		"a role":                       {"Role|rules: [{apiGroups: [''], resources: [secrets], verbs: [get]}]", "what the server may do"},
		"an annotation of a role":      {"Role|metadata: {annotations: {a: b}}", "what the server may do"},
		"a binding":                    {"ClusterRoleBinding|roleRef: {name: cluster-admin}", "what the server may do"},
		"the ServiceAccount itself":    {"ServiceAccount|automountServiceAccountToken: false", "what the server may do"},
		"a Secret as volume":           {"spec: {template: {spec: {volumes: [{name: a, secret: {secretName: a}}]}}}", "give a Secret"},
		"a Secret in a projection":     {"spec: {template: {spec: {volumes: [{name: a, projected: {sources: [{secret: {name: a}}]}}]}}}", "give a Secret"},
		"a Secret for a driver":        {"spec: {template: {spec: {volumes: [{name: a, csi: {driver: d, nodePublishSecretRef: {name: a}}}]}}}", "give a Secret"},
		"a Secret as variable":         {container + "env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: b}}}]}]}}}", "give a Secret"},
		"a Secret as environment":      {container + "envFrom: [{secretRef: {name: a}}]}]}}}", "give a Secret"},
		"a Secret for an init":         {"spec: {template: {spec: {initContainers: [{name: i, image: i, envFrom: [{secretRef: {name: a}}]}]}}}", "give a Secret"},
		"the network of the host":      {"spec: {template: {spec: {hostNetwork: true}}}", restricted},
		"the processes of the host":    {"spec: {template: {spec: {hostPID: true}}}", restricted},
		"a path of the host":           {"spec: {template: {spec: {volumes: [{name: a, hostPath: {path: /}}]}}}", restricted},
		"a port of the host":           {"- {op: add, path: /spec/template/spec/containers/0/ports/0/hostPort, value: 80}", restricted},
		"privileged":                   {container + "securityContext: {privileged: true}}]}}}", restricted},
		"root":                         {"spec: {template: {spec: {securityContext: {runAsUser: 0}}}}", restricted},
		"a capability":                 {container + "securityContext: {capabilities: {add: [SYS_ADMIN]}}}]}}}", restricted},
		"no seccomp profile":           {"spec: {template: {spec: {securityContext: {seccompProfile: {type: Unconfined}}}}}", restricted},
		"a sidecar that is not so":     {"spec: {template: {spec: {containers: [{name: proxy, image: proxy}]}}}", restricted},
		"the selector":                 {"- {op: add, path: /spec/selector/matchLabels/a, value: b}", "spec.selector"},
		"the selector of the Service":  {"Service|spec: {selector: {oauth.grantor.dev/server: other}}", "spec.selector"},
		"the selector of the policy":   {"NetworkPolicy|- {op: replace, path: /spec/podSelector, value: {}}", "spec.podSelector"},
		"without the internal port":    {"Service|- {op: remove, path: /spec/ports/1}", "the port internal"},
		"a field that is not there":    {"spec: {replica: 3}", "replica"},
		"a field of no policy":         {"NetworkPolicy|spec: {tcp: 3}", "tcp"},
		"a field of no budget":         {"PodDisruptionBudget|spec: {pods: 3}", "pods"},
		"a field of the wrong type":    {"spec: {replicas: many}", "int32"},
		"an object that is too large":  {"metadata: {annotations: {a: " + strings.Repeat("a", patches.MaxObject) + "}}", "64 KiB"},
		"metadata that is no object":   {"metadata: 3", "metadata"},
		"a spec that is no object":     {"spec: 3", ""},
		"containers that are a string": {"spec: {template: {spec: {containers: a}}}", ""},
		"an object of operations":      {"- 3", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Objects(deployed(patchedBy("spec: {replicas: 2}", test.patch)), "grantor:test")
			var refused *patches.Error
			if !errors.As(err, &refused) || refused.Index != 1 || !strings.Contains(err.Error(), test.says) {
				t.Fatalf("wanted %q, got: %v", test.says, err)
			}
			if len(err.Error()) > 1000 || strings.Contains(err.Error(), "\n") {
				t.Errorf("the message is long: %v", err)
			}
			t.Log(err)
		})
	}
}

// bomb is YAML whose aliases stand for a billion strings.
func bomb() string {
	lines := []string{"a0: &a0 [x, x, x, x, x, x, x, x, x, x]"}
	for i := 1; i < 10; i++ {
		n := string(rune('0' + i))
		former := "*a" + string(rune('0'+i-1))
		lines = append(lines, "a"+n+": &a"+n+" ["+strings.Repeat(former+", ", 9)+former+"]")
	}
	return strings.Join(lines, "\n")
}

// TestTargets: what a target does not say may be anything, and names are no patterns.
func TestTargets(t *testing.T) {
	for name, test := range map[string]struct {
		target oauthv1alpha1.PatchTarget
		fine   bool
	}{
		"everything said":  {oauthv1alpha1.PatchTarget{Group: "apps", Version: "v1", Kind: "Deployment", Name: "default-oauth"}, true},
		"another group":    {oauthv1alpha1.PatchTarget{Group: "extensions", Kind: "Deployment"}, false},
		"another version":  {oauthv1alpha1.PatchTarget{Version: "v1beta1", Kind: "Deployment"}, false},
		"another name":     {oauthv1alpha1.PatchTarget{Kind: "Deployment", Name: "default"}, false},
		"a pattern":        {oauthv1alpha1.PatchTarget{Kind: "Deployment", Name: "default.oauth"}, false},
		"a group of dots":  {oauthv1alpha1.PatchTarget{Group: "app.", Kind: "Deployment"}, false},
		"an Ingress unset": {oauthv1alpha1.PatchTarget{Kind: "Ingress"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := deployed()
			server.Spec.Deployment.Patches = []oauthv1alpha1.DeploymentPatch{{Target: test.target, Patch: "metadata: {labels: {a: b}}"}}
			if _, err := Objects(server, "grantor:test"); (err == nil) != test.fine {
				t.Error(err)
			}
		})
	}
}

// TestManyAtOnce fails, with the race detector, if two builds meet in kustomize.
func TestManyAtOnce(t *testing.T) {
	var work sync.WaitGroup
	for range 8 {
		work.Go(func() {
			if _, err := Objects(deployed(patchedBy("spec: {replicas: 3}")), "grantor:test"); err != nil {
				t.Error(err)
			}
		})
	}
	work.Wait()
}
