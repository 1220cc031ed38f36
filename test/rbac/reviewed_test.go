package rbac

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// TestTheRolesAreTheReviewedOnes: a change of a role also changes
// testdata/reviewed.txt, and the difference is reviewed.
func TestTheRolesAreTheReviewedOnes(t *testing.T) {
	content, err := os.ReadFile("testdata/reviewed.txt")
	if err != nil {
		t.Fatal(err)
	}
	var reviewed []string
	for line := range strings.Lines(string(content)) {
		if line = strings.Join(strings.Fields(line), " "); line != "" && !strings.HasPrefix(line, "#") {
			reviewed = append(reviewed, line)
		}
	}
	present := append(ruleLines(roles(t)), bindingLines(t)...)
	for _, line := range present {
		if !slices.Contains(reviewed, line) {
			t.Errorf("nobody reviewed: %s", line)
		}
	}
	for _, line := range reviewed {
		if !slices.Contains(present, line) {
			t.Errorf("reviewed, and not there any more: %s", line)
		}
	}
}

// ruleLines are "<role>: <resource>[name] <verbs>", one per resource.
func ruleLines(all []role) []string {
	var lines []string
	for _, r := range all {
		for _, rule := range r.rules {
			for _, resource := range resourcesOf(rule) {
				verbs := slices.Sorted(slices.Values(rule.Verbs))
				lines = append(lines, fmt.Sprintf("%s: %s %s", r, resource, strings.Join(verbs, ",")))
			}
		}
	}
	return lines
}

func resourcesOf(rule rbacv1.PolicyRule) []string {
	out := slices.Clone(rule.NonResourceURLs)
	for _, group := range rule.APIGroups {
		for _, resource := range rule.Resources {
			name, subresource, _ := strings.Cut(resource, "/")
			if group != "" {
				name += "." + group
			}
			if subresource != "" {
				name += "/" + subresource
			}
			if len(rule.ResourceNames) > 0 {
				name += "[" + strings.Join(rule.ResourceNames, ",") + "]"
			}
			out = append(out, name)
		}
	}
	return out
}

// bindingLines are "<binding>: <role> to <subject>".
func bindingLines(t testing.TB) []string {
	t.Helper()
	var lines []string
	for _, object := range rendered(t) {
		if object.GetKind() != "RoleBinding" && object.GetKind() != "ClusterRoleBinding" {
			continue
		}
		var binding rbacv1.ClusterRoleBinding
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &binding); err != nil {
			t.Fatal(err)
		}
		name := role{kind: object.GetKind(), namespace: object.GetNamespace(), name: object.GetName()}.String()
		for _, subject := range binding.Subjects {
			lines = append(lines, fmt.Sprintf("%s: %s %s to %s %s/%s",
				name, binding.RoleRef.Kind, binding.RoleRef.Name, subject.Kind, subject.Namespace, subject.Name))
		}
	}
	return lines
}

// TestServersThatAreDeployedMayTheSame: the ClusterRole that the operator binds in a
// namespace, and the Role beside it, are what the shipped Role gives.
func TestServersThatAreDeployedMayTheSame(t *testing.T) {
	rights := map[string][]string{}
	for _, line := range ruleLines(roles(t)) {
		name, right, _ := strings.Cut(line, ": ")
		if !strings.HasPrefix(right, "secrets[") {
			rights[name] = append(rights[name], right)
		}
	}
	static, bound := rights["Role grantor-system/grantor-server"], rights["ClusterRole grantor-server-namespace"]
	slices.Sort(static)
	slices.Sort(bound)
	if len(static) < 5 || !slices.Equal(static, bound) {
		t.Errorf("the Role gives %v and the ClusterRole %v", static, bound)
	}
}
