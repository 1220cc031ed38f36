package gitops

import (
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/test/installation"
)

// TestAnnotationsAreBounded: with the policy, no object is large by what its schema does not
// bound.
func TestAnnotationsAreBounded(t *testing.T) {
	g := guarded(t)
	namespace := shared.Namespace(t)
	create := func(annotations map[string]string) error {
		c := claiming(namespace, "", "")
		c.Annotations = annotations
		return g.Admin.Create(t.Context(), c, client.DryRunAll)
	}
	half := strings.Repeat("a", 32768-1)
	installation.Eventually(t, 30*time.Second, func() bool {
		return apierrors.IsRequestEntityTooLargeError(create(map[string]string{"a": half, "b": half + "b"}))
	}, func() string { return "policy that refuses anything" })
	for name, test := range map[string]struct {
		annotations map[string]string
		refused     bool
	}{
		"none":                 {},
		"as large as may be":   {annotations: map[string]string{"a": half, "b": half}},
		"one character more":   {annotations: map[string]string{"a": half, "b": half, "c": ""}, refused: true},
		"a single large value": {annotations: map[string]string{"a": strings.Repeat("a", 250<<10)}, refused: true},
	} {
		t.Run(name, func(t *testing.T) {
			err := create(test.annotations)
			if test.refused != apierrors.IsRequestEntityTooLargeError(err) || !test.refused && err != nil {
				t.Errorf("got %v", err)
			}
			if test.refused && !strings.Contains(err.Error(), "metadata.annotations must have at most 65536 characters") {
				t.Errorf("the message is %v", err)
			}
		})
	}
}
