package clientindex

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// NamespaceIndex knows, for every namespace, which clients exist, by age, and which
// server they name or are bound to. It is as current as the last Change. It is safe for
// concurrent use; the zero value is an empty one.
type NamespaceIndex struct {
	mu         sync.RWMutex
	namespaces map[string]*clients
}

type clients struct {
	// members are, for each server, in the order of their age.
	members map[types.NamespacedName][]member
	version uint64
}

// member is what the index keeps of a client.
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

// compare is the order in which clientspec lets clients in.
func (m member) compare(other member) int {
	if order := cmp.Compare(m.created, other.created); order != 0 {
		return order
	}
	return strings.Compare(string(m.uid), string(other.uid))
}

// Change notes that a client came (before is nil), went (after is nil) or changed, and
// reports whether that changes anything for others. Clients that are being deleted are
// gone.
func (x *NamespaceIndex) Change(before, after *oauthv1alpha1.OAuthClient) bool {
	was, is := exists(before), exists(after)
	if !was && !is || was && is && memberOf(before) == memberOf(after) {
		return false
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if was {
		x.of(before.Namespace).remove(memberOf(before))
	}
	if is {
		x.of(after.Namespace).insert(memberOf(after))
	}
	return true
}

func exists(c *oauthv1alpha1.OAuthClient) bool { return c != nil && c.DeletionTimestamp == nil }

func (x *NamespaceIndex) of(namespace string) *clients {
	if x.namespaces == nil {
		x.namespaces = map[string]*clients{}
	}
	if x.namespaces[namespace] == nil {
		x.namespaces[namespace] = &clients{members: map[types.NamespacedName][]member{}}
	}
	return x.namespaces[namespace]
}

func (n *clients) insert(m member) {
	n.version++
	if at, found := slices.BinarySearchFunc(n.members[m.server], m, member.compare); !found {
		n.members[m.server] = slices.Insert(n.members[m.server], at, m)
	}
}

func (n *clients) remove(m member) {
	n.version++
	if at, found := slices.BinarySearchFunc(n.members[m.server], m, member.compare); found {
		n.members[m.server] = slices.Delete(n.members[m.server], at, at+1)
	}
}

// of returns the members of a server: those that name it or are bound to it, and, where
// it is the default server, those that name none.
func (n *clients) of(server, standard *oauthv1alpha1.OAuthServer) [][]member {
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

// Version changes whenever the clients of a namespace do.
func (x *NamespaceIndex) Version(namespace string) uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if n := x.namespaces[namespace]; n != nil {
		return n.version
	}
	return 0
}

// Older returns how many clients of a server are older than one of the same namespace.
// standard is the server of clients that are bound to none.
func (x *NamespaceIndex) Older(than *oauthv1alpha1.OAuthClient, server, standard *oauthv1alpha1.OAuthServer) int {
	if x == nil {
		return 0
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	n := x.namespaces[than.Namespace]
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
