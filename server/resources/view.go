package resources

import (
	"maps"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/internal/resourcespec"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// Digest stands for an identifier in a code.
type Digest = grants.Digest

// view is all resources at one time. It does not change.
type view struct {
	epoch                uint64
	byIdentifier, byName map[string]*resourcespec.Resource
	byDigest             map[Digest]*resourcespec.Resource
	published            []string
}

func newView(epoch uint64) *view {
	return &view{
		epoch:        epoch,
		byIdentifier: map[string]*resourcespec.Resource{}, byName: map[string]*resourcespec.Resource{},
		byDigest: map[Digest]*resourcespec.Resource{},
	}
}

func (v *view) add(r *resourcespec.Resource) {
	v.byIdentifier[r.Identifier] = r
	if r.Refused {
		return
	}
	v.byName[r.Namespace+"/"+r.Name] = r
	digest := grants.DigestOf(consents.At(r.Identifier, ""))
	if _, taken := v.byDigest[digest]; taken {
		r = nil
	}
	v.byDigest[digest] = r
}

// maxListed is how many resources of a namespace discovery lists.
const maxListed = 16

// sort makes the list for discovery.
func (v *view) sort() {
	listed := map[string]int{}
	for _, identifier := range slices.Sorted(maps.Keys(v.byIdentifier)) {
		r := v.byIdentifier[identifier]
		if r.Listed && strings.HasPrefix(identifier, "https://") && listed[r.Namespace] < maxListed {
			listed[r.Namespace]++
			v.published = append(v.published, identifier)
		}
	}
}
