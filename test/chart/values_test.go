package chart

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// TestLint runs helm's own checks.
func TestLint(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"by default":      nil,
		"with everything": {"--values", in(t, "test", "chart", "testdata", "everything.yaml")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withBoth(t, func(t *testing.T, with tool) {
				out := with.must(t, "", append([]string{"lint", "--strict", in(t, "charts", "grantor")}, args...)...)
				if strings.Contains(out, "[WARNING]") || !strings.Contains(out, "0 chart(s) failed") {
					t.Error(out)
				}
			})
		})
	}
}

// TestBothRenderTheSame: so what is tested with one Helm alone holds for the other.
func TestBothRenderTheSame(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"by default":      nil,
		"with a server":   {"--set", "server.create=true,server.spec.issuer=https://auth.example.com"},
		"with everything": {"--values", in(t, "test", "chart", "testdata", "everything.yaml")},
	} {
		before, now := helm3.rendered(t, namespace, args...), helm4.rendered(t, namespace, args...)
		if difference := cmp.Diff(byTitle(t, before), byTitle(t, now)); difference != "" {
			t.Errorf("%s, the two differ (- Helm 3, + Helm 4):\n%s", name, difference)
		}
	}
}

// TestEveryValueIsTried: everything.yaml sets each value that values.yaml has, to
// something else, so that the tests with it have seen it.
func TestEveryValueIsTried(t *testing.T) {
	t.Parallel()
	// What an OAuthServer has by default may be what is wanted.
	same := []string{
		"crds.install", "operator.podDisruptionBudget.enabled", "server.spec.default", "server.spec.scopes",
		// What the restricted Pod Security Standard demands.
		"operator.podSecurityContext.runAsNonRoot", "operator.containerSecurityContext.allowPrivilegeEscalation",
		"operator.containerSecurityContext.capabilities.drop",
	}
	tried := values(t, in(t, "test", "chart", "testdata", "everything.yaml"))
	seen := 0
	var walk func(path []string, tree map[string]any)
	walk = func(path []string, tree map[string]any) {
		for key, value := range tree {
			at := append(slices.Clone(path), key)
			if inner, ok := value.(map[string]any); ok && len(inner) > 0 {
				walk(at, inner)
				continue
			}
			seen++
			other, ok, err := unstructured.NestedFieldNoCopy(tried, at...)
			if title := strings.Join(at, "."); !slices.Contains(same, title) && (err != nil || !ok || reflect.DeepEqual(other, value)) {
				t.Errorf("%s is %v, as by default", title, other)
			}
		}
	}
	walk(nil, values(t, in(t, "charts", "grantor", "values.yaml")))
	if seen < 30 {
		t.Errorf("values.yaml has only %d values", seen)
	}
}

func values(t *testing.T, file string) map[string]any {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := yaml.UnmarshalStrict(content, &tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

// TestRefusedValues: an error says where it is, before anything is created.
func TestRefusedValues(t *testing.T) {
	t.Parallel()
	const issuer = "server.create=true,server.spec.issuer=https://auth.example.com,"
	for name, test := range map[string]struct{ set, says string }{
		"an unknown value":             {"replicas=2", "additional properties 'replicas' not allowed"},
		"an unknown value further in":  {"operator.replicaCount=2", "'/operator': additional properties 'replicaCount' not allowed"},
		"a number in words":            {"operator.replicas=two", "'/operator/replicas': got string, want integer"},
		"too many operators":           {"operator.replicas=11", "'/operator/replicas': maximum: got 11, want 10"},
		"a switch that is none":        {"crds.install=maybe", "'/crds/install': got string, want boolean"},
		"a switch without enabled":     {"operator.networkPolicy=true", "'/operator/networkPolicy': got boolean, want object"},
		"no image":                     {"image.repository=", "'/image/repository'"},
		"an image with a space":        {"image.repository=a b", "'/image/repository'"},
		"a registry with a slash":      {"image.registry=registry.example.com/", "'/image/registry'"},
		"a label that the chart has":   {`commonLabels.app\.kubernetes\.io/name=x`, "invalid propertyName 'app.kubernetes.io/name'"},
		"a variable without name":      {"operator.env[0].value=x", "'/operator/env/0': missing property 'name'"},
		"a variable that is a number":  {"operator.env[0].name=A,operator.env[0].value=1", "'/operator/env/0/value': got number, want string"},
		"a mount without path":         {"operator.volumeMounts[0].name=x", "'/operator/volumeMounts/0': missing property 'mountPath'"},
		"a volume without name":        {"operator.volumes[0].emptyDir.medium=Memory", "'/operator/volumes/0': missing property 'name'"},
		"a probe that asks elsewhere":  {"operator.livenessProbe.httpGet.path=/", "'/operator/livenessProbe': additional properties 'httpGet' not allowed"},
		"a strategy":                   {"operator.strategy.type=Sudden", "'/operator/strategy/type'"},
		"a timeout in words":           {"metrics.serviceMonitor.scrapeTimeout=short", "'/metrics/serviceMonitor/scrapeTimeout'"},
		"a Service of another type":    {"operator.service.type=LoadBalancer", "'/operator/service': additional properties 'type' not allowed"},
		"a digest that is cut off":     {"image.digest=sha256:abc", "'/image/digest'"},
		"a pull policy":                {"image.pullPolicy=Sometimes", "'/image/pullPolicy': value must be one of"},
		"pull secrets by name alone":   {"imagePullSecrets[0]=registry", "'/imagePullSecrets/0': got string, want object"},
		"a flag without dashes":        {"operator.extraArgs[0]=workers=3", "'/operator/extraArgs/0'"},
		"a label that is a number":     {"operator.podLabels.a=1", "'/operator/podLabels/a': got number, want string"},
		"an interval in words":         {"metrics.serviceMonitor.interval=daily", "'/metrics/serviceMonitor/interval'"},
		"an extra object without kind": {"extraObjects[0].apiVersion=v1", "'/extraObjects/0'"},
		"a server without issuer":      {"server.create=true", "'/server/spec': missing property 'issuer'"},
		"an issuer without https":      {"server.create=true,server.spec.issuer=http://auth.example.com", "'/server/spec/issuer'"},
		"an issuer with a slash":       {"server.create=true,server.spec.issuer=https://auth.example.com/", "'/server/spec/issuer'"},
		"a server's name with a dot":   {issuer + "server.name=a.b", "'/server/name'"},
		"an autoscaler of nothing":     {issuer + "server.autoscaling.enabled=true,server.spec.deployment=null", "there is nothing to scale"},
		"an unknown field of a server": {issuer + "server.spec.isuer=x", "'/server/spec': additional properties 'isuer' not allowed"},
		"an unknown field further in":  {issuer + "server.spec.deployment.replica=1", "'/server/spec/deployment': additional properties 'replica' not allowed"},
		"too many replicas":            {issuer + "server.spec.deployment.replicas=101", "'/server/spec/deployment/replicas'"},
		"a lifetime in words":          {issuer + "server.spec.tokens.accessToken.lifetime=short", "'/server/spec/tokens/accessToken/lifetime'"},
		"a scope without name":         {issuer + "server.spec.scopes[0].description=x", "'/server/spec/scopes/0': missing property 'name'"},
		"namespaces from nowhere":      {issuer + "server.spec.clientNamespaces.from=Some", "'/server/spec/clientNamespaces/from'"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := helm4.run(t, "", "template", "grantor", in(t, "charts", "grantor"), "--set", test.set)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("it says %v, wanted %q\n%.300s", err, test.says, out)
			}
		})
	}
}

// TestAcceptedIssuers: what the kind takes, the chart takes.
func TestAcceptedIssuers(t *testing.T) {
	t.Parallel()
	for _, issuer := range []string{
		"https://auth.example.com", "https://auth.example.com:8443/tenant/a", "https://[2001:db8::1]",
		"http://localhost", "http://localhost:8080", "http://127.0.0.1:8080/a", "http://[::1]:8080",
	} {
		if out, err := helm4.run(t, "", "template", "grantor", in(t, "charts", "grantor"), "--set", "server.create=true", "--set-string", "server.spec.issuer="+issuer); err != nil {
			t.Errorf("%s: %v\n%s", issuer, err, out)
		}
	}
}
