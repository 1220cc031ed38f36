package credentials

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"sync"
)

// macKey makes MACs with one key. Its hashes are kept: to key one takes longer than to hash
// a secret, and each token request that comes with a secret needs one.
type macKey struct{ kept *sync.Pool }

// keyed is a hash with its key, and room for what it is given and gives.
type keyed struct {
	hash    hash.Hash
	message []byte
	sum     [sha256.Size]byte
}

func newMACKey(key []byte) macKey {
	return macKey{&sync.Pool{New: func() any { return &keyed{hash: hmac.New(sha256.New, key)} }}}
}

// append adds the MAC of the parts to b.
func (k macKey) append(b []byte, parts ...string) []byte {
	h, _ := k.kept.Get().(*keyed)
	for _, part := range parts {
		h.message = append(h.message, part...)
	}
	h.hash.Write(h.message)
	b = append(b, h.hash.Sum(h.sum[:0])...)
	// No secret stays behind.
	clear(h.message)
	h.message = h.message[:0]
	h.hash.Reset()
	k.kept.Put(h)
	return b
}
