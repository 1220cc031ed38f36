package marks

import (
	"sync"

	"github.com/grantor-dev/grantor/internal/recent"
)

// maxUsed is how many used assertions a replica remembers at least, in some 3 MiB.
const maxUsed = 1 << 14

// usedNames remembers names of Marks that this replica made, or found.
type usedNames struct {
	mu    sync.Mutex
	names *recent.Map[string, struct{}]
}

func newUsedNames() *usedNames {
	return &usedNames{names: recent.NewMap[string, struct{}](maxUsed)}
}

func (u *usedNames) has(name string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	_, ok := u.names.Get(name)
	return ok
}

func (u *usedNames) add(name string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.names.Put(name, struct{}{})
}
