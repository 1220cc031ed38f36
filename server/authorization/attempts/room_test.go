package attempts

import (
	"slices"
	"testing"
)

// TestAttemptsThatStay: the newest, as far as a browser can send them all.
func TestAttemptsThatStay(t *testing.T) {
	for sentence, test := range map[string]struct {
		kept   []*kept
		length int
		gone   []string
	}{
		"few short ones":           {[]*kept{{"a", 1, 1200}, {"b", 2, 1200}}, 1200, nil},
		"a fourth":                 {[]*kept{{"a", 1, 1200}, {"b", 2, 1200}, {"c", 3, 1200}}, 1200, []string{"a"}},
		"one that does not open":   {[]*kept{{"a", 0, 10}, {"b", 2, 1200}}, 1200, []string{"a"}},
		"a long one after another": {[]*kept{{"a", 1, 4000}, {"b", 2, 4000}}, 3000, []string{"a", "b"}},
		"a long one, and old ones": {[]*kept{{"a", 1, 1000}, {"b", 2, 4000}}, 2000, []string{"a"}},
		"one that needs all":       {[]*kept{{"a", 1, 1}}, maxKept, []string{"a"}},
		"cookies of strangers":     {[]*kept{{"a", 0, 9999}, {"b", 0, 9999}, {"c", 0, 9999}}, 1200, []string{"a", "b", "c"}},
	} {
		gone := tooMany(test.kept, test.length)
		if slices.Sort(gone); !slices.Equal(gone, test.gone) {
			t.Errorf("%s: %v go", sentence, gone)
		}
		left := test.length
		for _, one := range test.kept {
			if !slices.Contains(gone, one.state) {
				left += one.length
			}
		}
		if left > maxKept {
			t.Errorf("%s: %d bytes stay", sentence, left)
		}
	}
}
