package credentials

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"strings"

	"github.com/grantor-dev/grantor/internal/base64url"
)

// Registration is what a server says of a client that was registered, part by part.
type Registration []string

// Seal returns what shows that the server said r.
func (r Registration) Seal(pepper Pepper) string {
	return strings.Join([]string{formatVersion, pepper.id, base64.RawURLEncoding.EncodeToString(r.mac(pepper))}, ".")
}

// Sealed reports whether a seal is that of r.
func (r Registration) Sealed(peppers Peppers, seal string) bool {
	parts := strings.Split(seal, ".")
	if len(parts) != 3 || parts[0] != formatVersion {
		return false
	}
	pepper, ok := peppers.byID(parts[1])
	if !ok {
		return false
	}
	sum, err := base64url.Decode(parts[2])
	return err == nil && hmac.Equal(sum, r.mac(pepper))
}

// mac covers the lengths too, so that no other parts give the same bytes.
func (r Registration) mac(pepper Pepper) []byte {
	var parts []string
	for _, part := range r {
		size := string(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		parts = append(parts, size, part)
	}
	return pepper.registrations.append(nil, parts...)
}
