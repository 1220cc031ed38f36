package clientspec

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Crowd knows, for every namespace, which clients are there, by age, and which server
// they name or are bound to. Whoever watches OAuthClients keeps it up to date. It is
// safe for concurrent use; the zero value is an empty one.
type Crowd struct {
	mu         sync.RWMutex
	namespaces map[string]*namespaceCrowd
}

type namespaceCrowd struct {
	// members are, for each server, in the order of their age.
	members map[types.NamespacedName][]member
	version uint64
}

// member is what counts of a client.
type member struct {
	created int64
	uid     types.UID
	name    string
	// server is the one that it names or is bound to; the zero value stands for the
	// default server.
	server types.NamespacedName
}

func memberOf(c *oauthv1alpha1.OAuthClient) member {
	m := member{created: c.CreationTimestamp.UnixMicro(), uid: c.UID, name: c.Name}
	switch {
	case c.Spec.ServerRef != nil:
		m.server = types.NamespacedName{Namespace: c.Spec.ServerRef.Namespace, Name: c.Spec.ServerRef.Name}
		if m.server.Namespace == "" {
			m.server.Namespace = c.Namespace
		}
	case c.Status.ServerRef != nil:
		m.server = types.NamespacedName{Namespace: c.Status.ServerRef.Namespace, Name: c.Status.ServerRef.Name}
	}
	return m
}

// compare is the order of older.
func (m member) compare(other member) int {
	if order := cmp.Compare(m.created, other.created); order != 0 {
		return order
	}
	return strings.Compare(string(m.uid), string(other.uid))
}

// Change notes that a client came (former is nil), went (present is nil) or changed,
// and reports whether that changes anything for others. Clients that are being deleted
// are gone.
func (c *Crowd) Change(former, present *oauthv1alpha1.OAuthClient) bool {
	was, is := there(former), there(present)
	if !was && !is || was && is && memberOf(former) == memberOf(present) {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if was {
		c.of(former.Namespace).remove(memberOf(former))
	}
	if is {
		c.of(present.Namespace).insert(memberOf(present))
	}
	return true
}

func there(c *oauthv1alpha1.OAuthClient) bool { return c != nil && c.DeletionTimestamp == nil }

func (c *Crowd) of(namespace string) *namespaceCrowd {
	if c.namespaces == nil {
		c.namespaces = map[string]*namespaceCrowd{}
	}
	if c.namespaces[namespace] == nil {
		c.namespaces[namespace] = &namespaceCrowd{members: map[types.NamespacedName][]member{}}
	}
	return c.namespaces[namespace]
}

func (n *namespaceCrowd) insert(m member) {
	n.version++
	if at, found := slices.BinarySearchFunc(n.members[m.server], m, member.compare); !found {
		n.members[m.server] = slices.Insert(n.members[m.server], at, m)
	}
}

func (n *namespaceCrowd) remove(m member) {
	n.version++
	if at, found := slices.BinarySearchFunc(n.members[m.server], m, member.compare); found {
		n.members[m.server] = slices.Delete(n.members[m.server], at, at+1)
	}
}

// of returns the members of a server: those that name it or are bound to it, and, where
// it is the default server, those that name none.
func (n *namespaceCrowd) of(server, standard *oauthv1alpha1.OAuthServer) [][]member {
	var groups [][]member
	add := func(key types.NamespacedName) {
		if group := n.members[key]; len(group) > 0 {
			groups = append(groups, group)
		}
	}
	add(types.NamespacedName{Namespace: server.Namespace, Name: server.Name})
	if standard != nil && standard.UID == server.UID {
		add(types.NamespacedName{})
	}
	return groups
}

// Version changes whenever the crowd of a namespace does.
func (c *Crowd) Version(namespace string) uint64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if n := c.namespaces[namespace]; n != nil {
		return n.version
	}
	return 0
}

// Older returns how many clients of a server are older than one of the same namespace.
// standard is the server of clients that are bound to none.
func (c *Crowd) Older(than *oauthv1alpha1.OAuthClient, server, standard *oauthv1alpha1.OAuthServer) int {
	if c == nil {
		return 0
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	n := c.namespaces[than.Namespace]
	if n == nil {
		return 0
	}
	older := 0
	for _, group := range n.of(server, standard) {
		before, _ := slices.BinarySearchFunc(group, memberOf(than), member.compare)
		older += before
	}
	return older
}

// Border returns the names of the youngest client of a server in a namespace for which
// there is room and of the oldest for which there is none, as far as there are such:
// no other is let in or left out when one client comes or goes.
func (c *Crowd) Border(namespace string, server, standard *oauthv1alpha1.OAuthServer, room int) []string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	n := c.namespaces[namespace]
	if n == nil {
		return nil
	}
	var names []string
	groups := n.of(server, standard)
	older := 0
	if len(groups) == 1 {
		older = min(max(room-1, 0), len(groups[0]))
		groups[0] = groups[0][older:]
	}
	for ; older <= room; older++ {
		m, ok := eldest(groups)
		if !ok {
			break
		}
		if older >= room-1 {
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
