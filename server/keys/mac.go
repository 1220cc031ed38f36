package keys

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"

	"github.com/grantor-dev/grantor/internal/base64url"
)

// macSize is how much of an HMAC-SHA256 is kept.
const macSize = 20

// MAC returns a code that authenticates the parts, in their order, for a purpose:
// 35 URL-safe characters with the id of the root key in front.
func (s *Set) MAC(purpose Purpose, parts ...string) string {
	return s.MACWith(s.Root(), purpose, parts...)
}

// MACWith is MAC with a root key that is not the one in use any more, perhaps. One that
// is not there is replaced by the one in use.
func (s *Set) MACWith(id RootID, purpose Purpose, parts ...string) string {
	r := s.rootOr(id)
	out := append(make([]byte, 0, rootIDSize+sha256.Size), r.id...)
	return base64.RawURLEncoding.EncodeToString(r.appendMAC(out, purpose, parts))
}

// VerifyMAC reports whether mac is the code of the parts for the purpose under any
// root key of the set. It takes the same time whichever byte differs.
func (s *Set) VerifyMAC(purpose Purpose, mac string, parts ...string) bool {
	raw, err := base64url.Decode(mac)
	if err != nil || len(raw) != rootIDSize+macSize {
		return false
	}
	r, ok := s.root(raw[:rootIDSize])
	return ok && hmac.Equal(raw[rootIDSize:], r.appendMAC(nil, purpose, parts))
}

// appendMAC writes the length before each part, so that no two lists of parts are
// one text.
func (r root) appendMAC(out []byte, purpose Purpose, parts []string) []byte {
	h := hmac.New(sha256.New, r.keys[purpose].mac)
	var size [8]byte
	for _, part := range parts {
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:])
		h.Write([]byte(part))
	}
	return append(out, h.Sum(nil)[:macSize]...)
}
