package conditions

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestSummaries(t *testing.T) {
	tests := map[string]struct {
		do   func(Set)
		want []string
	}{
		"ready":                   {func(s Set) { s.Ready("Works.") }, []string{"Ready=True/Ready"}},
		"stalled":                 {func(s Set) { s.Stalled("Broken", "Mend it.") }, []string{"Ready=False/Broken", "Stalled=True/Broken"}},
		"reconciling":             {func(s Set) { s.Reconciling("Busy", "Wait.") }, []string{"Ready=False/Busy", "Reconciling=True/Busy"}},
		"ready after stalled":     {func(s Set) { s.Stalled("Broken", "x"); s.Ready("Works.") }, []string{"Ready=True/Ready"}},
		"ready after reconciling": {func(s Set) { s.Reconciling("Busy", "x"); s.Ready("Works.") }, []string{"Ready=True/Ready"}},
		"stalled after reconciling": {func(s Set) { s.Reconciling("Busy", "x"); s.Stalled("Broken", "x") },
			[]string{"Ready=False/Broken", "Stalled=True/Broken"}},
		"reconciling after stalled": {func(s Set) { s.Stalled("Broken", "x"); s.Reconciling("Busy", "x") },
			[]string{"Ready=False/Busy", "Reconciling=True/Busy"}},
		"a condition of a kind stays": {func(s Set) { s.True("Accepted", "Accepted", "x"); s.Ready("Works.") },
			[]string{"Accepted=True/Accepted", "Ready=True/Ready"}},
		"a condition that is removed": {func(s Set) { s.False("Accepted", "No", "x"); s.Remove("Accepted"); s.Remove("Accepted") }, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var all []metav1.Condition
			test.do(Set{Conditions: &all, Generation: 7})
			var got []string
			for _, c := range all {
				got = append(got, fmt.Sprintf("%s=%s/%s", c.Type, c.Status, c.Reason))
				if c.ObservedGeneration != 7 || c.Message == "" || c.LastTransitionTime.IsZero() {
					t.Errorf("%+v", c)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, test.want) {
				t.Errorf("%v, wanted %v", got, test.want)
			}
		})
	}
}

func TestSettingItAgainChangesNothing(t *testing.T) {
	var all []metav1.Condition
	s := Set{Conditions: &all, Generation: 7}
	s.Stalled("Broken", "Mend it.")
	past := metav1.NewTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	for i := range all {
		all[i].LastTransitionTime = past
	}
	before := slices.Clone(all)
	s.Stalled("Broken", "Mend it.")
	if !slices.Equal(before, all) {
		t.Errorf("%+v became %+v", before, all)
	}
	s = Set{Conditions: &all, Generation: 8}
	s.Stalled("Broken", "Mend something else.")
	if all[0].LastTransitionTime != past || all[0].ObservedGeneration != 8 || all[0].Message != "Mend something else." {
		t.Errorf("%+v", all[0])
	}
	s.Ready("Works.")
	if all[0].LastTransitionTime == past {
		t.Error("the time of the transition stays")
	}
}

func TestALongMessageIsCut(t *testing.T) {
	var all []metav1.Condition
	Set{Conditions: &all}.Ready(strings.Repeat("a", 40000))
	if n := len(all[0].Message); n > 1024 || n < 900 {
		t.Errorf("%d bytes", n)
	}
}
