package gitops

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	lua "github.com/yuin/gopher-lua"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// health is what Argo CD shows.
type health struct{ status, message string }

// argoHealth runs a health check as Argo CD does: with the object as the global obj
// and few of Lua's libraries.
func argoHealth(t testing.TB, script string, object *unstructured.Unstructured) health {
	t.Helper()
	l := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer l.Close()
	for name, open := range map[string]lua.LGFunction{lua.LoadLibName: lua.OpenPackage, lua.BaseLibName: lua.OpenBase, lua.TabLibName: lua.OpenTable} {
		if err := l.CallByParam(lua.P{Fn: l.NewFunction(open), Protect: true}, lua.LString(name)); err != nil {
			t.Fatal(err)
		}
	}
	l.SetGlobal("obj", toLua(l, object.Object))
	if err := l.DoString(script); err != nil {
		t.Fatalf("the health check fails for %v: %v", object.Object, err)
	}
	answer, ok := l.Get(-1).(*lua.LTable)
	if !ok {
		t.Fatalf("the health check returns %v", l.Get(-1))
	}
	return health{lua.LVAsString(answer.RawGetString("status")), lua.LVAsString(answer.RawGetString("message"))}
}

func toLua(l *lua.LState, value any) lua.LValue {
	switch v := value.(type) {
	case string:
		return lua.LString(v)
	case bool:
		return lua.LBool(v)
	case int64:
		return lua.LNumber(v)
	case float64:
		return lua.LNumber(v)
	case []any:
		table := l.NewTable()
		for _, item := range v {
			table.Append(toLua(l, item))
		}
		return table
	case map[string]any:
		table := l.NewTable()
		for key, item := range v {
			table.RawSetString(key, toLua(l, item))
		}
		return table
	}
	return lua.LNil
}

func healthScript(t testing.TB) string {
	t.Helper()
	script, err := os.ReadFile(in(t, "config", "gitops", "argocd", "health.lua"))
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// healthy compares what Argo CD and kstatus make of an object.
func healthy(t testing.TB, object *unstructured.Unstructured, argo string, kstatus status.Status) {
	t.Helper()
	if got := argoHealth(t, healthScript(t), object); got.status != argo || got.message == "" {
		t.Errorf("for Argo CD the %s is %+v, not %s: %v", object.GetKind(), got, argo, object.Object["status"])
	}
	got, err := status.Compute(object)
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != kstatus {
		t.Errorf("for kstatus the %s is %s (%s), not %s: %v", object.GetKind(), got.Status, got.Message, kstatus, object.Object["status"])
	}
}

// TestTheSnippetIsTheScript: the ConfigMap of Argo CD has health.lua for each kind
// that people write.
func TestTheSnippetIsTheScript(t *testing.T) {
	text, err := os.ReadFile(in(t, "config", "gitops", "argocd", "argocd-cm.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var snippet corev1.ConfigMap
	if err := yaml.UnmarshalStrict(text, &snippet); err != nil {
		t.Fatal(err)
	}
	for _, kind := range append(writtenKinds(t), "OAuthClientPolicy") {
		key := "resource.customizations.health.oauth.grantor.dev_" + kind
		if snippet.Data[key] != healthScript(t) {
			t.Errorf("%s is not health.lua", key)
		}
	}
	if snippet.Name != "argocd-cm" {
		t.Errorf("the ConfigMap is called %s", snippet.Name)
	}
}

// TestTheComponentMerges: kustomize adds the health checks to what Argo CD has.
func TestTheComponentMerges(t *testing.T) {
	dir := t.TempDir()
	component, err := filepath.Rel(dir, in(t, "config", "gitops", "argocd"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"kustomization.yaml": "resources: [argocd-cm.yaml]\ncomponents: [" + component + "]\n",
		"argocd-cm.yaml":     "{apiVersion: v1, kind: ConfigMap, metadata: {name: argocd-cm, namespace: argocd}, data: {url: https://argocd.example.com}}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	objects, err := devenv.Render(dir)
	if err != nil {
		t.Fatal(err)
	}
	data, _, _ := unstructured.NestedStringMap(objects[0].Object, "data")
	if len(objects) != 1 || data["url"] == "" || data["resource.customizations.health.oauth.grantor.dev_OAuthClient"] != healthScript(t) {
		t.Errorf("it makes %v", objects)
	}
}

// writtenKinds are those that people write.
func writtenKinds(t testing.TB) []string {
	t.Helper()
	files, err := os.ReadDir(in(t, "config", "crd", "bases"))
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, file := range files {
		if !strings.HasPrefix(file.Name(), "oauth.grantor.dev_") {
			continue
		}
		text, err := os.ReadFile(in(t, "config", "crd", "bases", file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		var crd unstructured.Unstructured
		if err := yaml.Unmarshal(text, &crd.Object); err != nil {
			t.Fatal(err)
		}
		kind, _, _ := unstructured.NestedString(crd.Object, "spec", "names", "kind")
		kinds = append(kinds, kind)
	}
	if len(kinds) < 3 {
		t.Fatalf("found only %v", kinds)
	}
	return kinds
}

// TestHealthOfAnyStatus: a kind of ours that no running Grantor has here.
func TestHealthOfAnyStatus(t *testing.T) {
	condition := func(kind, status, reason string) any {
		return map[string]any{"type": kind, "status": status, "reason": reason, "message": "It says so.", "observedGeneration": int64(2)}
	}
	for name, test := range map[string]struct {
		status  map[string]any
		argo    string
		kstatus status.Status
	}{
		"no status":   {nil, "Progressing", status.InProgressStatus},
		"new":         {map[string]any{"observedGeneration": int64(-1)}, "Progressing", status.InProgressStatus},
		"stale":       {map[string]any{"observedGeneration": int64(1), "conditions": []any{condition("Ready", "True", "Ready")}}, "Progressing", status.InProgressStatus},
		"ready":       {map[string]any{"observedGeneration": int64(2), "conditions": []any{condition("Accepted", "True", "Accepted"), condition("Ready", "True", "Ready")}}, "Healthy", status.CurrentStatus},
		"reconciling": {map[string]any{"observedGeneration": int64(2), "conditions": []any{condition("Ready", "False", "Busy"), condition("Reconciling", "True", "Busy")}}, "Progressing", status.InProgressStatus},
		"stalled":     {map[string]any{"observedGeneration": int64(2), "conditions": []any{condition("Ready", "False", "Broken"), condition("Stalled", "True", "Broken")}}, "Degraded", status.FailedStatus},
		"suspended":   {map[string]any{"observedGeneration": int64(2), "conditions": []any{condition("Ready", "False", "Suspended"), condition("Stalled", "True", "Suspended")}}, "Suspended", status.FailedStatus},
		"not stalled": {map[string]any{"observedGeneration": int64(2), "conditions": []any{condition("Ready", "True", "Ready"), condition("Stalled", "False", "Fine")}}, "Healthy", status.CurrentStatus},
	} {
		t.Run(name, func(t *testing.T) {
			object := &unstructured.Unstructured{Object: map[string]any{
				"apiVersion": "oauth.grantor.dev/v1alpha1", "kind": "OAuthClientPolicy",
				"metadata": map[string]any{"name": "x", "namespace": "y", "generation": int64(2)},
			}}
			if test.status != nil {
				object.Object["status"] = test.status
			}
			if name == "no status" {
				// kstatus knows nothing of it; the CRDs give every object a status.
				if got := argoHealth(t, healthScript(t), object); got.status != test.argo {
					t.Errorf("for Argo CD it is %+v", got)
				}
				return
			}
			healthy(t, object, test.argo, test.kstatus)
		})
	}
}
