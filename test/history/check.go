package history

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Bounds are what a server promises about time.
type Bounds struct {
	// Grace is for how long, after a refresh, the same token surely gets the same answer.
	Grace time.Duration
	// Notice is how long after an answer everything that follows must agree with it.
	Notice time.Duration
}

// Finding is something that must not have happened.
type Finding struct {
	// Rule says what must never be.
	Rule string
	// Because are the operations that show it.
	Because []Operation
}

func (f Finding) String() string {
	var text strings.Builder
	text.WriteString(f.Rule)
	for _, o := range f.Because {
		_, _ = fmt.Fprintf(&text, "\n  %s of %s, %s from %s to %s, issued %s", o.Kind, o.Presented, o.Answer, o.Begin, o.End, o.Refresh)
	}
	return text.String()
}

// rules are what no history of a session may show.
var rules = []func(*session, Bounds) []Finding{
	oneSessionPerCode, oneSuccessor, nothingWithoutProof, nothingLost, nothingAfterTheEnd, nothingAfterSigningOut,
}

// Check returns what is wrong with a history, in the order of Begin.
func Check(operations []Operation, bounds Bounds) []Finding {
	found := append(brokenAnswers(operations), secretsWithoutReason(operations)...)
	sessions := sessionsOf(operations)
	for _, code := range slices.Sorted(maps.Keys(sessions)) {
		for _, rule := range rules {
			found = append(found, rule(sessions[code], bounds)...)
		}
	}
	return found
}

func finding(rule string, because ...*Operation) []Finding {
	f := Finding{Rule: rule}
	for _, o := range because {
		f.Because = append(f.Because, *o)
	}
	return []Finding{f}
}

func brokenAnswers(operations []Operation) (found []Finding) {
	for i := range operations {
		if operations[i].Answer == Broken {
			found = append(found, finding("a client got an answer that no server may give", &operations[i])...)
		}
	}
	return found
}

// secretsWithoutReason finds client secrets that were not requested, and old ones that are
// back.
func secretsWithoutReason(operations []Operation) (found []Finding) {
	reasons, seen := map[string]int{}, map[string][]string{}
	for i := range operations {
		o := &operations[i]
		switch values := seen[o.Presented]; {
		case o.Kind == Rotation:
			reasons[o.Presented]++
		case o.Kind != Secret || len(values) > 0 && values[len(values)-1] == o.Value:
		case slices.Contains(values, o.Value):
			found = append(found, finding("an old client secret is back", o)...)
		default:
			seen[o.Presented] = append(values, o.Value)
			if len(values) > reasons[o.Presented] {
				found = append(found, finding("a client secret changed without a reason", o)...)
			}
		}
	}
	return found
}
