package clientpolicy

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// What no label can be is on no namespace, and an operator that is unknown, which the
// schema refuses, selects nothing.
func TestSelectors(t *testing.T) {
	present := labels.Set{"team": "a", "empty": ""}
	requirement := func(key string, operator metav1.LabelSelectorOperator, values ...string) *metav1.LabelSelector {
		return &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: key, Operator: operator, Values: values}}}
	}
	tests := map[string]struct {
		selector *metav1.LabelSelector
		selected bool
	}{
		"an empty one":                   {&metav1.LabelSelector{}, true},
		"a label":                        {&metav1.LabelSelector{MatchLabels: map[string]string{"team": "a"}}, true},
		"two labels, one of them absent": {&metav1.LabelSelector{MatchLabels: map[string]string{"team": "a", "x": "y"}}, false},
		"an absent label without value":  {&metav1.LabelSelector{MatchLabels: map[string]string{"x": ""}}, false},
		"a label without value":          {&metav1.LabelSelector{MatchLabels: map[string]string{"empty": ""}}, true},
		"in":                             {requirement("team", "In", "b", "a"), true},
		"in others":                      {requirement("team", "In", "b"), false},
		"absent, in":                     {requirement("x", "In", ""), false},
		"not in":                         {requirement("team", "NotIn", "b"), true},
		"not in, but there":              {requirement("team", "NotIn", "a"), false},
		"absent, not in":                 {requirement("x", "NotIn", "a"), true},
		"exists":                         {requirement("empty", "Exists"), true},
		"does not exist":                 {requirement("empty", "DoesNotExist"), false},
		"an unknown operator":            {requirement("team", "Gt", "0"), false},
		"a key that no label has":        {requirement("no label", "Exists"), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := selects(test.selector, present); got != test.selected {
				t.Errorf("selected: %t", got)
			}
			if parsed, err := metav1.LabelSelectorAsSelector(test.selector); err == nil && parsed.Matches(present) != test.selected {
				t.Error("Kubernetes reads the selector in another way")
			}
		})
	}
}
