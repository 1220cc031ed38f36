package recent

// Map forgets what was put longest ago: when the younger half is full, the older half
// goes. It remembers at least the last max keys, and twice as many at most. The caller
// locks.
type Map[K comparable, V any] struct {
	max            int
	younger, older map[K]V
}

// NewMap returns an empty Map.
func NewMap[K comparable, V any](most int) *Map[K, V] {
	return &Map[K, V]{max: most, younger: map[K]V{}}
}

// Get returns the value of a key, and whether there is one.
func (m *Map[K, V]) Get(key K) (V, bool) {
	value, ok := m.younger[key]
	if !ok {
		value, ok = m.older[key]
	}
	return value, ok
}

// Put sets the value of a key, which becomes the youngest.
func (m *Map[K, V]) Put(key K, value V) {
	if _, ok := m.younger[key]; !ok && len(m.younger) >= m.max {
		m.younger, m.older = map[K]V{}, m.younger
	}
	m.younger[key] = value
}

// Len returns the number of entries, of which a key can have two.
func (m *Map[K, V]) Len() int { return len(m.younger) + len(m.older) }
