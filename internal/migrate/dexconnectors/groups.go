package dexconnectors

import (
	"strings"

	"github.com/grantor-dev/grantor/internal/migrate/values"
)

// groups returns where groups are; nil for nowhere.
func (c *connecting) groups(username string) map[string]any {
	s := &search{connecting: c, field: "groupSearch", values: c.within("groupSearch"), used: []string{"scope", "userMatchers"}}
	base := s.text("baseDN")
	if base == "" {
		return nil
	}
	var filters []string
	for _, m := range s.matchers() {
		if filter := m.filter(username); filter != "" {
			filters = append(filters, filter)
		} else {
			c.notes.Lostf("%s: a matcher of groupSearch is not kept: groups are found by the name of the entry or by the attribute in spec.ldap.users.username", c.source)
		}
	}
	if len(filters) == 0 {
		return nil
	}
	matches := strings.Join(filters, "")
	if len(filters) > 1 {
		matches = "(|" + matches + ")"
	}
	groups := map[string]any{"base": base, "filter": both(s.text("filter"), matches)}
	values.Set(groups, "name", s.text("nameAttr"))
	s.rest()
	return groups
}

// matcher says which attribute of a group has which attribute of its members.
type matcher struct{ user, group string }

// matchers returns those of the search. The old form, with one attribute of each, counts only
// where the new one is not used, as in Dex.
func (s *search) matchers() []matcher {
	var out []matcher
	list, _ := s.values["userMatchers"].([]any)
	for _, one := range list {
		fields, _ := one.(map[string]any)
		out = append(out, matcher{s.asText("groupSearch.userMatchers.userAttr", fields["userAttr"]), s.asText("groupSearch.userMatchers.groupAttr", fields["groupAttr"])})
	}
	if old := (matcher{s.text("userAttr"), s.text("groupAttr")}); len(out) == 0 && old != (matcher{}) {
		out = append(out, old)
	}
	return out
}

// filter returns the filter that finds the groups of a user; empty if there is none. The user
// may be able to write any other attribute than that of the username.
func (m matcher) filter(username string) string {
	switch {
	case m.group == "":
		return ""
	case strings.EqualFold(m.user, "DN"):
		return "(" + m.group + "={dn})"
	case strings.EqualFold(m.user, username):
		return "(" + m.group + "={username})"
	}
	return ""
}
