package clientindex

import (
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Boundary returns the names of the youngest client of a server in a namespace that is
// within a limit and of the oldest that is not, as far as they exist: no other is let in
// or shut out when one client comes or goes.
func (x *NamespaceIndex) Boundary(namespace string, server, standard *oauthv1alpha1.OAuthServer, limit int) []string {
	x.mu.RLock()
	defer x.mu.RUnlock()
	n := x.namespaces[namespace]
	if n == nil {
		return nil
	}
	var names []string
	groups := n.of(server, standard)
	older := 0
	if len(groups) == 1 {
		older = min(max(limit-1, 0), len(groups[0]))
		groups[0] = groups[0][older:]
	}
	for ; older <= limit; older++ {
		m, ok := eldest(groups)
		if !ok {
			break
		}
		if older >= limit-1 {
			names = append(names, m.name)
		}
	}
	return names
}

// eldest takes the oldest member out of groups.
func eldest(groups [][]member) (member, bool) {
	from := -1
	for i, group := range groups {
		if len(group) > 0 && (from < 0 || group[0].compare(groups[from][0]) < 0) {
			from = i
		}
	}
	if from < 0 {
		return member{}, false
	}
	m := groups[from][0]
	groups[from] = groups[from][1:]
	return m, true
}
