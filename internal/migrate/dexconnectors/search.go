package dexconnectors

import (
	"maps"
	"slices"

	"github.com/grantor-dev/grantor/internal/migrate/dexconnectors/filter"
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

// matchers returns those of the search. The old form, with one attribute of each, counts only
// where the new one is not used, as in Dex.
func (s *search) matchers() []filter.Member {
	var out []filter.Member
	list, _ := s.values["userMatchers"].([]any)
	for _, one := range list {
		fields, _ := one.(map[string]any)
		out = append(out, filter.Member{User: s.asText("groupSearch.userMatchers.userAttr", fields["userAttr"]), Group: s.asText("groupSearch.userMatchers.groupAttr", fields["groupAttr"])})
	}
	if old := (filter.Member{User: s.text("userAttr"), Group: s.text("groupAttr")}); len(out) == 0 && old != (filter.Member{}) {
		out = append(out, old)
	}
	return out
}
