package credentials

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"strings"

	"k8s.io/apimachinery/pkg/types"

	"github.com/grantor-dev/grantor/internal/base64url"
)

// Redirects are the redirect URIs that the operator made of a client's
// spec.redirectURIsFrom.
type Redirects struct {
	URIs, PostLogoutURIs []string
}

// Seal returns what shows that the operator made r for the client with the given UID.
func (r Redirects) Seal(pepper Pepper, client types.UID) string {
	return strings.Join([]string{formatVersion, pepper.id, base64.RawURLEncoding.EncodeToString(r.mac(pepper, client))}, ".")
}

// Sealed reports whether a seal is that of r for the client with the given UID.
func (r Redirects) Sealed(peppers Peppers, client types.UID, seal string) bool {
	parts := strings.Split(seal, ".")
	if len(parts) != 3 || parts[0] != formatVersion {
		return false
	}
	pepper, ok := peppers.byID(parts[1])
	if !ok {
		return false
	}
	sum, err := base64url.Decode(parts[2])
	return err == nil && hmac.Equal(sum, r.mac(pepper, client))
}

// mac covers the lengths too, so that no other lists give the same bytes.
func (r Redirects) mac(pepper Pepper, client types.UID) []byte {
	number := func(n int) string {
		return string(binary.BigEndian.AppendUint64(nil, uint64(n))) //nolint:gosec // a length is never negative
	}
	parts := []string{number(len(client)), string(client)}
	for _, list := range [][]string{r.URIs, r.PostLogoutURIs} {
		parts = append(parts, number(len(list)))
		for _, uri := range list {
			parts = append(parts, number(len(uri)), uri)
		}
	}
	return pepper.redirects.append(nil, parts...)
}
