package main

import (
	"fmt"
	"strconv"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// constraints says in words what the schema allows, one entry per rule, and
// what it demands of the elements of lists and maps.
func constraints(s schema) []string {
	said := values(s)
	said = append(said, sizes(s)...)
	said = append(said, listRules(s)...)
	said = append(said, rules(s)...)
	for _, part := range s.AllOf {
		said = append(said, constraints(part)...)
	}
	if element, _ := element(s); element != nil {
		for _, c := range constraints(*element) {
			said = append(said, "Each: "+c)
		}
	}
	return said
}

func values(s schema) []string {
	var said []string
	if s.Default != nil {
		said = append(said, "Default: "+code(string(s.Default.Raw)))
	}
	if len(s.Enum) > 0 {
		allowed := make([]string, len(s.Enum))
		for i, value := range s.Enum {
			allowed[i] = code(string(value.Raw))
		}
		said = append(said, "Allowed: "+strings.Join(allowed, ", "))
	}
	if s.Pattern != "" {
		said = append(said, "Pattern: "+code(s.Pattern))
	}
	if s.Nullable {
		said = append(said, "May be null")
	}
	return said
}

func sizes(s schema) []string {
	var said []string
	add := func(what, least, most string) {
		switch {
		case least != "" && least == most:
			said = append(said, fmt.Sprintf("%s: exactly %s", what, least))
		case least != "" && most != "":
			said = append(said, fmt.Sprintf("%s: %s to %s", what, least, most))
		case least != "":
			said = append(said, fmt.Sprintf("%s: at least %s", what, least))
		case most != "":
			said = append(said, fmt.Sprintf("%s: at most %s", what, most))
		}
	}
	add("Value", number(s.Minimum, s.ExclusiveMinimum), number(s.Maximum, s.ExclusiveMaximum))
	add("Length", count(s.MinLength), count(s.MaxLength))
	add("Items", count(s.MinItems), count(s.MaxItems))
	add("Entries", count(s.MinProperties), count(s.MaxProperties))
	if s.MultipleOf != nil {
		said = append(said, "Multiple of "+number(s.MultipleOf, false))
	}
	return said
}

func number(n *float64, exclusive bool) string {
	if n == nil {
		return ""
	}
	text := strconv.FormatFloat(*n, 'f', -1, 64)
	if exclusive {
		text += " (exclusive)"
	}
	return text
}

func count(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func listRules(s schema) []string {
	if s.XListType == nil {
		return nil
	}
	switch *s.XListType {
	case "set":
		return []string{"No duplicates"}
	case "map":
		keys := make([]string, len(s.XListMapKeys))
		for i, key := range s.XListMapKeys {
			keys[i] = code(key)
		}
		return []string{"Unique by " + strings.Join(keys, ", ")}
	default:
		return nil
	}
}

// rules lists the CEL rules of s itself.
func rules(s schema) []string {
	said := make([]string, len(s.XValidations))
	for i, rule := range s.XValidations {
		said[i] = "Rule: " + sentence(rule)
	}
	return said
}

// sentence says a rule as whoever breaks it reads it.
func sentence(rule apiextensionsv1.ValidationRule) string {
	switch {
	case rule.Message != "":
		return prose(rule.Message)
	case rule.MessageExpression != "":
		return code(rule.MessageExpression)
	default:
		return code(strings.Join(strings.Fields(rule.Rule), " "))
	}
}
