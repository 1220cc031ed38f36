package sweeper

import (
	"hash/maphash"

	"github.com/grantor-dev/grantor/internal/serverspec"
)

// bound is how many objects of a kind a user may have.
type bound struct {
	kind string
	// of names those that are counted together, within a namespace.
	of   func(record) string
	most func(serverspec.Bounds) int64
	// perClient is how many of those of one client count, if not all do: of a client whose
	// Grants are too young to go, the others must not go in their place.
	perClient func(serverspec.Bounds) int64
}

// bounds are all bounds of users. A Mark has no user.
var bounds = []bound{
	{kind: "Grant", of: ofBoth, most: maxGrantsPerUser},
	{kind: "Grant", of: ofUser, most: serverspec.Bounds.MaxOfUser, perClient: maxGrantsPerUser},
	{kind: "Login", of: ofUser, most: func(b serverspec.Bounds) int64 { return b.MaxLoginsPerUser }},
	{kind: "Consent", of: ofUser, most: serverspec.Bounds.MaxOfUser},
}

// inNamespace names those that are counted together.
type inNamespace struct{ namespace, value string }

func ofUser(r record) string { return r.subject }

func ofBoth(r record) string { return r.subject + "\x00" + r.clientUID }

func maxGrantsPerUser(b serverspec.Bounds) int64 { return b.MaxGrantsPerUser }

// entries is the size of the table of a bound. Two users rarely have the same entry while
// there are fewer users, and share few objects while there are some more.
const entries = 1 << 20

// crowds find out who may have more objects than a bound allows, in memory that does not
// grow with the number of users: those who have the same entry are counted together.
type crowds struct {
	served map[string]serverspec.Bounds
	seed   maphash.Seed
	counts [][]uint32
	// found are the kinds of which a user may have too many.
	found map[string]bool
}

func newCrowds(served map[string]serverspec.Bounds) *crowds {
	return &crowds{served: served, seed: maphash.MakeSeed(), counts: make([][]uint32, len(bounds)), found: map[string]bool{}}
}

// add counts an object.
func (c *crowds) add(r record) {
	for i, b := range bounds {
		if b.kind != r.kind {
			continue
		}
		if c.counts[i] == nil {
			c.counts[i] = make([]uint32, entries)
		}
		c.counts[i][c.entry(b, r)]++
		if c.has(i, r) {
			c.found[r.kind] = true
		}
	}
}

// has reports whether the user of an object may have more than a bound allows. Where
// there is no server, there is no bound.
func (c *crowds) has(bound int, r record) bool {
	b := bounds[bound]
	allowed, served := c.served[r.namespace]
	return served && b.kind == r.kind && c.counts[bound] != nil && int64(c.counts[bound][c.entry(b, r)]) > b.most(allowed)
}

func (c *crowds) entry(b bound, r record) uint64 {
	return maphash.Comparable(c.seed, inNamespace{r.namespace, b.of(r)}) % entries
}
