package keys

import (
	"hash/maphash"
	"sync/atomic"
)

const (
	// remembered is how many tokens a set remembers, maxRemembered how long they are at
	// most, in bytes: together less than 4 MiB.
	remembered    = 1024
	maxRemembered = 2 << 10
)

// verified remembers tokens whose signature was verified: resource servers ask about
// the same ones again and again, and a signature takes longer to verify than all else
// of an introspection but the read. Whether a token has expired or was revoked is not
// remembered. A token that is not valid is never in it, so it reveals nothing.
type verified struct {
	seed  maphash.Seed
	slots [remembered]atomic.Pointer[verifiedToken]
}

type verifiedToken struct {
	typ, token string
	payload    []byte
}

func newVerified() *verified { return &verified{seed: maphash.MakeSeed()} }

func (v *verified) slot(token string) *atomic.Pointer[verifiedToken] {
	return &v.slots[maphash.String(v.seed, token)%remembered]
}

// get returns the payload of a token that was verified, which must not be changed.
func (v *verified) get(typ, token string) ([]byte, bool) {
	known := v.slot(token).Load()
	if known == nil || known.typ != typ || known.token != token {
		return nil, false
	}
	return known.payload, true
}

func (v *verified) put(typ, token string, payload []byte) {
	if len(token) > maxRemembered {
		return
	}
	v.slot(token).Store(&verifiedToken{typ: typ, token: token, payload: payload})
}
