package filter

import "strings"

// Member says which attribute of a group has which attribute of its members.
type Member struct{ User, Group string }

// Filter returns the filter that finds the groups of a user; empty if there is none. The user
// may be able to write any other attribute than that of the username.
func (m Member) Filter(username string) string {
	switch {
	case m.Group == "":
		return ""
	case strings.EqualFold(m.User, "DN"):
		return "(" + m.Group + "={dn})"
	case strings.EqualFold(m.User, username):
		return "(" + m.Group + "={username})"
	}
	return ""
}

// Any returns a filter that is fulfilled where one of some filters is.
func Any(filters []string) string {
	all := strings.Join(filters, "")
	if len(filters) > 1 {
		return "(|" + all + ")"
	}
	return all
}

// Both returns a filter that is fulfilled where two are; the first may be empty.
func Both(one, other string) string {
	if one == "" {
		return other
	}
	return "(&" + one + other + ")"
}
