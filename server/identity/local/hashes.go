package local

import (
	"hash/maphash"
	"maps"
	"slices"
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/grantor-dev/grantor/internal/passwords"
	"github.com/grantor-dev/grantor/server/identity"
)

// hashes are the password hashes of the users. That the Secret is gone changes
// nothing: who exists is for the OAuthUsers to say, and the operator writes it
// again.
type hashes struct {
	current atomic.Pointer[hashSet]
}

// hashSet is one state of the Secret. It does not change.
type hashSet struct {
	of map[types.UID]passwords.Hash
	// all is in the order of the UIDs.
	all  []passwords.Hash
	seed maphash.Seed
}

// load follows the Secret. An entry that cannot be read is none.
func (h *hashes) load(_, present any) {
	secret, ok := present.(*corev1.Secret)
	if !ok {
		return
	}
	set := &hashSet{of: make(map[types.UID]passwords.Hash, len(secret.Data)), seed: maphash.MakeSeed()}
	if old := h.current.Load(); old != nil {
		set.seed = old.seed
	}
	for _, uid := range slices.Sorted(maps.Keys(secret.Data)) {
		if hash, err := passwords.Decode(secret.Data[uid]); err == nil {
			set.of[types.UID(uid)] = hash
			set.all = append(set.all, hash)
		}
	}
	h.current.Store(set)
}

// pick returns the hash of a user and true, or for a user who has none, and for
// no user, that of some other user, so that it takes as long to be refused. The same
// username always gets the same one, else its answers would take different times,
// which those of a real user do not.
func (h *hashes) pick(user *identity.Person, username string) (passwords.Hash, bool) {
	set := h.current.Load()
	if set == nil || len(set.all) == 0 {
		return passwords.Hash{}, false
	}
	decoy := set.all[maphash.String(set.seed, username)%uint64(len(set.all))]
	if user != nil {
		if hash, ok := set.of[types.UID(user.UID)]; ok {
			return hash, true
		}
	}
	return decoy, false
}
