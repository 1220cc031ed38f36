package keyrings

import (
	"bytes"
	"maps"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/grantor-dev/grantor/internal/keyring"
)

// Cache is the last ring of each Secret. Its zero value is empty, and nil remembers
// nothing.
type Cache struct {
	mu    sync.Mutex
	rings map[types.NamespacedName]decoded
}

// decoded is a ring and what it was made of.
type decoded struct {
	data map[string][]byte
	ring keyring.Ring
}

// Decode returns the ring of a Secret, as keyring.Decode does. The ring must not be
// changed. The data itself is compared, which takes microseconds: a Secret of the same
// resourceVersion can have other data after etcd was restored from a backup.
func (c *Cache) Decode(secret *corev1.Secret) (keyring.Ring, error) {
	if c == nil {
		return keyring.Decode(secret.Data)
	}
	name := types.NamespacedName{Namespace: secret.Namespace, Name: secret.Name}
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.rings[name]; ok && maps.EqualFunc(known.data, secret.Data, bytes.Equal) {
		return known.ring, nil
	}
	delete(c.rings, name)
	ring, err := keyring.Decode(secret.Data)
	if err != nil {
		return keyring.Ring{}, err
	}
	if c.rings == nil {
		c.rings = map[types.NamespacedName]decoded{}
	}
	c.rings[name] = decoded{data: copied(secret.Data), ring: ring}
	return ring, nil
}

// copied returns data that no caller can change.
func copied(data map[string][]byte) map[string][]byte {
	out := make(map[string][]byte, len(data))
	for name, value := range data {
		out[name] = bytes.Clone(value)
	}
	return out
}
