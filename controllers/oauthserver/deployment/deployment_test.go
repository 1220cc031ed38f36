package deployment

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestCovers(t *testing.T) {
	type m = map[string]any
	for name, test := range map[string]struct {
		present, wanted any
		covers          bool
	}{
		"the same":                       {m{"a": int64(1)}, m{"a": int64(1)}, true},
		"more than is wanted":            {m{"a": int64(1), "b": "x"}, m{"a": int64(1)}, true},
		"less than is wanted":            {m{}, m{"a": int64(1)}, false},
		"another value":                  {m{"a": int64(2)}, m{"a": int64(1)}, false},
		"a default in an item":           {[]any{m{"a": "x", "protocol": "TCP"}}, []any{m{"a": "x"}}, true},
		"an item more":                   {[]any{"a", "b"}, []any{"a"}, false},
		"an item less":                   {[]any{}, []any{"a"}, false},
		"items in another order":         {[]any{"b", "a"}, []any{"a", "b"}, false},
		"a string where an object was":   {"a", m{"a": "b"}, false},
		"an object where a list was":     {m{}, []any{}, false},
		"an empty object where none was": {nil, m{}, false},
		"deep below":                     {m{"a": m{"b": []any{m{"c": "d"}}}}, m{"a": m{"b": []any{m{"c": "e"}}}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := covers(test.present, test.wanted); got != test.covers {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestRolledOut(t *testing.T) {
	two := int32(2)
	status := func(observed int64, replicas, updated, available int32) appsv1.DeploymentStatus {
		return appsv1.DeploymentStatus{ObservedGeneration: observed, Replicas: replicas, UpdatedReplicas: updated, AvailableReplicas: available}
	}
	for name, test := range map[string]struct {
		replicas *int32
		status   appsv1.DeploymentStatus
		done     bool
	}{
		"all run":                        {&two, status(3, 2, 2, 2), true},
		"one by default":                 {nil, status(3, 1, 1, 1), true},
		"of an old generation":           {&two, status(2, 2, 2, 2), false},
		"an old one is still there":      {&two, status(3, 3, 2, 2), false},
		"one is not available":           {&two, status(3, 2, 2, 1), false},
		"one is old":                     {&two, status(3, 2, 1, 2), false},
		"nobody has looked at it so far": {&two, status(0, 0, 0, 0), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			deployment := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Generation: 3}, Spec: appsv1.DeploymentSpec{Replicas: test.replicas}, Status: test.status}
			if got := rolledOut(deployment); got != test.done {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestWhoseAnObjectIs(t *testing.T) {
	server := &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "auth", UID: "1"}}
	yes := true
	for name, test := range map[string]struct {
		owner           *metav1.OwnerReference
		named           string
		belongs, former bool
	}{
		"its owner is the server":          {&metav1.OwnerReference{APIVersion: "oauth.grantor.dev/v1alpha1", Kind: "OAuthServer", Name: "auth", UID: "1", Controller: &yes}, "auth", true, false},
		"its owner is an old server":       {&metav1.OwnerReference{APIVersion: "oauth.grantor.dev/v1alpha1", Kind: "OAuthServer", Name: "auth", UID: "0", Controller: &yes}, "auth", false, true},
		"its owner is another server":      {&metav1.OwnerReference{APIVersion: "oauth.grantor.dev/v1alpha1", Kind: "OAuthServer", Name: "b", UID: "2", Controller: &yes}, "auth", false, false},
		"its owner is something else":      {&metav1.OwnerReference{APIVersion: "v1", Kind: "Pod", Name: "auth", UID: "3", Controller: &yes}, "auth", false, false},
		"it has no owner and names it":     {nil, "auth", true, false},
		"it has no owner and names others": {nil, "b", false, false},
		"it names nobody":                  {nil, "", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object := &unstructured.Unstructured{Object: map[string]any{}}
			if test.owner != nil {
				object.SetOwnerReferences([]metav1.OwnerReference{*test.owner})
			}
			object.SetLabels(map[string]string{oauthv1alpha1.LabelPartOf: oauthv1alpha1.PartOfServer})
			object.SetAnnotations(map[string]string{oauthv1alpha1.AnnotationServer: test.named, oauthv1alpha1.AnnotationServerNamespace: "team"})
			if belongs(server, object) != test.belongs || leaving(server, object) != test.former {
				t.Errorf("belongs %v, leaving %v", belongs(server, object), leaving(server, object))
			}
		})
	}
}
