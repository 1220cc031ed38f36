package clients

import (
	"strconv"
	"strings"

	"github.com/grantor-dev/grantor/server/keys"
)

// secretPrefix begins every derived client secret, so that leaked ones can be recognised.
const secretPrefix = "gcs_"

// DerivedSecret returns the present client secret of a client that was registered, and false
// if it has none.
func (c *Client) DerivedSecret() (string, bool) {
	if c.spec.DerivedSecret == 0 || c.derives == nil {
		return "", false
	}
	return secretPrefix + c.derives.MAC(keys.PurposeDerivedSecret, c.derivedFrom()...), true
}

// isDerived reports whether secret was derived for the client, with any key that the server
// still has.
func (c *Client) isDerived(secret string) bool {
	if c.spec.DerivedSecret == 0 || c.derives == nil {
		return false
	}
	mac, ok := strings.CutPrefix(secret, secretPrefix)
	return ok && c.derives.VerifyMAC(keys.PurposeDerivedSecret, mac, c.derivedFrom()...)
}

func (c *Client) derivedFrom() []string {
	return []string{c.spec.ID, string(c.spec.UID), strconv.FormatInt(c.spec.DerivedSecret, 10)}
}
