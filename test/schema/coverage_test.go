package schema

import (
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

type ruleKey struct{ kind, at, rule string }

// TestEveryRuleHasExamples fails when a rule or a bound of a CRD has no example
// that it accepts or none that it refuses, and when an example speaks of a rule
// that is not there any more.
func TestEveryRuleHasExamples(t *testing.T) {
	accepted, refused := map[ruleKey]bool{}, map[ruleKey]bool{}
	note := func(key ruleKey, refuses bool) {
		if refuses {
			refused[key] = true
		} else {
			accepted[key] = true
		}
	}
	for kind, table := range registry {
		for _, e := range table {
			note(ruleKey{kind, e.at, e.rule}, e.refused)
		}
	}
	for _, u := range updates {
		note(ruleKey{u.kind, u.at, u.rule}, u.refused)
	}
	rules := allRules(t)
	if len(rules) < 100 {
		t.Errorf("found %d rules; the CRDs have more than that", len(rules))
	}
	for key := range rules {
		if !accepted[key] {
			t.Errorf("%s %s: nothing shows what this accepts: %s", key.kind, key.at, key.rule)
		}
		if !refused[key] {
			t.Errorf("%s %s: nothing shows what this refuses: %s", key.kind, key.at, key.rule)
		}
	}
	for key := range refused {
		if !rules[key] {
			t.Errorf("%s %s: an example is refused by a rule that the CRD has not: %s", key.kind, key.at, key.rule)
		}
	}
}

// TestEveryCELRuleHasAMessage: the generated message of a rule is the rule.
func TestEveryCELRuleHasAMessage(t *testing.T) {
	for key := range allRules(t) {
		if key.rule == "" {
			t.Errorf("%s %s has a CEL rule without a message", key.kind, key.at)
		}
	}
}

func allRules(t testing.TB) map[ruleKey]bool {
	t.Helper()
	rules := map[ruleKey]bool{}
	for kind, schema := range crds(t) {
		collect(kind, schema, rules)
	}
	return rules
}

func collect(kind string, schema apiextensionsv1.JSONSchemaProps, rules map[ruleKey]bool) {
	walk("", schema, func(at string, node apiextensionsv1.JSONSchemaProps) {
		if isBorrowed(at) {
			return
		}
		for _, rule := range rulesOf(at, node) {
			rules[ruleKey{kind, rule[0], rule[1]}] = true
		}
	})
}
