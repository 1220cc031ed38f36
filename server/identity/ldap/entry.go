package ldap

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// objectGUID is the attribute of Active Directory whose values are written as GUIDs.
const objectGUID = "objectGUID"

// account returns what an entry says, without groups.
func (d *Directory) account(e *ldap.Entry) (upstream.Account, error) {
	u := &d.spec.Users
	id, err := idOf(e, u.ID)
	if err != nil {
		return upstream.Account{}, err
	}
	if len(e.GetEqualFoldAttributeValues(string(u.Username))) > 1 {
		// Directories have no order of values, so that the username would be any of them.
		return upstream.Account{}, fmt.Errorf("directory: the entry of the user has several values of %s, which ldap.users.username names", u.Username)
	}
	return upstream.Account{ID: id, Username: value(e, u.Username), DisplayName: value(e, u.DisplayName), Email: value(e, u.Email)}, nil
}

// value returns the first value of an attribute, "" if it has none or one that is no line.
func value(e *ldap.Entry, name oauthv1alpha1.LDAPAttribute) string {
	if values := e.GetEqualFoldAttributeValues(string(name)); len(values) > 0 && upstream.Line(values[0]) {
		return values[0]
	}
	return ""
}

// idOf returns the ID of the user whom an entry describes.
func idOf(e *ldap.Entry, name oauthv1alpha1.LDAPAttribute) (string, error) {
	values := e.GetEqualFoldRawAttributeValues(string(name))
	switch {
	case len(values) == 0:
		return "", fmt.Errorf("directory: the entry of the user has no attribute %s, which ldap.users.id names, or bindDN may not read it", name)
	case len(values) > 1:
		return "", fmt.Errorf("directory: the entry of the user has several values of %s, which ldap.users.id names", name)
	case strings.EqualFold(string(name), objectGUID) && len(values[0]) == 16:
		return guidText(values[0]), nil
	case !upstream.Line(string(values[0])):
		return "", fmt.Errorf("directory: the value of %s, which ldap.users.id names, is no line of text", name)
	}
	return string(values[0]), nil
}

// idValue returns the value of the attribute that makes an ID.
func idValue(name oauthv1alpha1.LDAPAttribute, id string) (string, error) {
	if !strings.EqualFold(string(name), objectGUID) {
		return id, nil
	}
	return guidBytes(id)
}

// guidParts are the lengths of the parts of a GUID. The bytes of the first three are in the
// order of the processors for which Active Directory was made (MS-DTYP section 2.3.4).
var guidParts = [...]int{4, 2, 2, 2, 6}

const swappedParts = 3

func guidText(guid []byte) string {
	parts := make([]string, 0, len(guidParts))
	for i, n := range guidParts {
		part := append([]byte{}, guid[:n]...)
		guid = guid[n:]
		if i < swappedParts {
			slices.Reverse(part)
		}
		parts = append(parts, hex.EncodeToString(part))
	}
	return strings.Join(parts, "-")
}

func guidBytes(text string) (string, error) {
	parts := strings.Split(text, "-")
	if len(parts) != len(guidParts) {
		return "", errors.New("no GUID")
	}
	var guid []byte
	for i, n := range guidParts {
		part, err := hex.DecodeString(parts[i])
		if err != nil || len(part) != n {
			return "", errors.New("no GUID")
		}
		if i < swappedParts {
			slices.Reverse(part)
		}
		guid = append(guid, part...)
	}
	return string(guid), nil
}
