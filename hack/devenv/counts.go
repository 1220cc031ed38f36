package devenv

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// RequestKey is what requests to an API server are counted by.
type RequestKey struct {
	// Verb as in RBAC rules, except that server-side apply is "apply" and not
	// "patch": get, list, watch, create, update, patch, apply, delete,
	// deletecollection.
	Verb string
	// Group of the API, empty for the core.
	Group string
	// Resource is the plural, with a subresource as in RBAC rules:
	// "oauthclients" or "oauthclients/status".
	Resource string
}

// IsWrite says whether the request changes something.
func (k RequestKey) IsWrite() bool {
	switch k.Verb {
	case "create", "update", "patch", "apply", "delete", "deletecollection":
		return true
	}
	return false
}

// String returns the verb and the resource with its group, as kubectl would
// write it.
func (k RequestKey) String() string {
	plural, subresource, found := strings.Cut(k.Resource, "/")
	if k.Group != "" {
		plural += "." + k.Group
	}
	if found {
		plural += "/" + subresource
	}
	return k.Verb + " " + plural
}

// Counts says how many requests of each kind there were.
type Counts map[RequestKey]int

// Diff returns what was added since an earlier count. What was not requested
// in between is left out.
func (c Counts) Diff(before Counts) Counts {
	diff := Counts{}
	for key, count := range c {
		if added := count - before[key]; added != 0 {
			diff[key] = added
		}
	}
	return diff
}

// Filter returns the counts of the kinds that all conditions accept.
func (c Counts) Filter(conditions ...func(RequestKey) bool) Counts {
	chosen := maps.Clone(c)
	maps.DeleteFunc(chosen, func(key RequestKey, _ int) bool {
		return slices.ContainsFunc(conditions, func(accepts func(RequestKey) bool) bool { return !accepts(key) })
	})
	return chosen
}

// Sum returns the number of requests of all kinds together.
func (c Counts) Sum() int {
	sum := 0
	for _, count := range c {
		sum += count
	}
	return sum
}

// String returns one line per kind, in alphabetical order.
func (c Counts) String() string {
	lines := make([]string, 0, len(c))
	for key, count := range c {
		lines = append(lines, fmt.Sprintf("%s: %d", key, count))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// IsWrite accepts requests that change something.
func IsWrite(key RequestKey) bool { return key.IsWrite() }

// IsRead accepts gets and lists, and not watches: those are counted when they
// end and say little about work done.
func IsRead(key RequestKey) bool { return key.Verb == "get" || key.Verb == "list" }

// InGroups accepts requests for the API groups.
func InGroups(groups ...string) func(RequestKey) bool {
	return func(key RequestKey) bool { return slices.Contains(groups, key.Group) }
}

// WithVerbs accepts requests with the verbs.
func WithVerbs(verbs ...string) func(RequestKey) bool {
	return func(key RequestKey) bool { return slices.Contains(verbs, key.Verb) }
}

// ForResources accepts requests for the resources; "oauthclients" does not
// include "oauthclients/status".
func ForResources(resources ...string) func(RequestKey) bool {
	return func(key RequestKey) bool { return slices.Contains(resources, key.Resource) }
}
