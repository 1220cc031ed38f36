package values

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Empty reports whether a field says nothing.
func Empty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case bool:
		return !v
	case string:
		return v == ""
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return false
}

// FromEnvironment reports whether Dex, or Argo CD before it, puts a value in the
// place of a text.
func FromEnvironment(text string) bool { return strings.HasPrefix(text, "$") }

// FirstOf returns the first text that says something.
func FirstOf(texts ...string) string {
	for _, text := range texts {
		if strings.Trim(text, "$") != "" {
			return text
		}
	}
	return ""
}

// Sorted returns the distinct strings in order.
func Sorted(list []string) []string {
	list = slices.Clone(list)
	slices.SortFunc(list, cmp.Compare[string])
	return slices.Compact(list)
}

// Free returns the name, or the first of name-2, name-3, ... that is not taken, and
// takes it. What is taken remembers the next number, so that many namesakes take no
// longer than others.
func Free(taken map[string]int, namespace, name string) string {
	key, out := namespace+"/"+name, name
	for taken[namespace+"/"+out] > 0 {
		taken[key]++
		out = fmt.Sprintf("%s-%d", name, taken[key])
	}
	taken[namespace+"/"+out] = 1
	return out
}

// Set sets a field that has a value.
func Set(into map[string]any, key, value string) {
	if value != "" {
		into[key] = value
	}
}

// SetList sets a field that has values.
func SetList(into map[string]any, key string, values []string) {
	if len(values) > 0 {
		into[key] = values
	}
}
