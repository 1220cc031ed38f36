package dexconnectors

import (
	"maps"
	"slices"

	"github.com/grantor-dev/grantor/internal/migrate/values"
)

// search is a part of the configuration of a directory.
type search struct {
	*connecting

	field  string
	values map[string]any
	used   []string
}

func (s *search) text(key string) string {
	s.used = append(s.used, key)
	return s.asText(s.field+"."+key, s.values[key])
}

// rest names what was not looked at.
func (s *search) rest() {
	for _, key := range slices.Sorted(maps.Keys(s.values)) {
		if value := s.values[key]; !slices.Contains(s.used, key) && !values.Empty(value) {
			s.unkept(s.field + "." + key)
		}
	}
	if scope := s.values["scope"]; !values.Empty(scope) && scope != "sub" {
		s.notes.Lostf("%s: %s.scope is not kept: entries are searched at every depth", s.source, s.field)
		s.shut(s.field + ".scope is not kept, so entries below those that Dex finds are found, too")
	}
}

// both returns a filter that both fulfil.
func both(filter, other string) string {
	if filter == "" {
		return other
	}
	return "(&" + filter + other + ")"
}
