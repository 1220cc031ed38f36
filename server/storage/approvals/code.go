package approvals

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// codePrefix begins every device code, so that leaked ones can be recognised.
const codePrefix = "gdc_"

// maxSealed is how long a device code or the secret of a link may be, in characters: a link
// must fit a QR code.
const maxSealed = 1400

// Code is what a device asked for.
type Code struct {
	// Grant is the name of the Grant that redeeming the device code creates.
	Grant string `json:"g"`
	// ClientID and ClientUID are the client's.
	ClientID  string `json:"c"`
	ClientUID string `json:"u"`
	// UserCode is where the device and its user meet, without a hyphen.
	UserCode string `json:"n"`
	// Scopes and Audiences are what it asked for, as digests.
	Scopes    grants.Digests `json:"s,omitempty"`
	Audiences grants.Digests `json:"a,omitempty"`
	// Address is where the device asked from; empty where that is not known. Agent is the
	// software that it says it is.
	Address string `json:"i,omitempty"`
	Agent   string `json:"b,omitempty"`
	// Confirmation is what whoever redeems the code must prove to have.
	Confirmation grants.Confirmation `json:"k,omitzero"`
	// Issued and Expires bound its life, in seconds since 1970.
	Issued  int64 `json:"t"`
	Expires int64 `json:"e"`
}

// ExpiresAt returns when the code expires.
func (c *Code) ExpiresAt() time.Time { return time.Unix(c.Expires, 0).UTC() }

// IssuedAt returns when the device asked.
func (c *Code) IssuedAt() time.Time { return time.Unix(c.Issued, 0).UTC() }

// Late is how long after the end of a code its device can still get what the user allowed in
// time: its next question comes some seconds later, the answer can be lost, and clocks differ.
const Late = time.Minute

// DeviceCode returns the device code, which only the device knows. It returns
// grants.ErrTooLong.
func (c *Code) DeviceCode(set *keys.Set, issuer string) (string, error) {
	sealed, err := c.seal(set, keys.PurposeDeviceCode, issuer)
	return codePrefix + sealed, err
}

// Link returns what the link has that the device shows. It returns grants.ErrTooLong.
func (c *Code) Link(set *keys.Set, issuer string) (string, error) {
	shown := *c
	shown.Confirmation = grants.Confirmation{}
	return shown.seal(set, keys.PurposeDeviceLink, issuer)
}

func (c *Code) seal(set *keys.Set, purpose keys.Purpose, issuer string) (string, error) {
	plain, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	sealed := set.Seal(purpose, issuer, plain)
	if len(sealed) > maxSealed {
		return "", grants.ErrTooLong
	}
	return sealed, nil
}

// OpenDeviceCode reads a device code, also after it has expired. It returns
// grants.ErrInvalid.
func OpenDeviceCode(set *keys.Set, issuer, text string) (*Code, error) {
	sealed, ok := strings.CutPrefix(text, codePrefix)
	if !ok {
		return nil, grants.ErrInvalid
	}
	return open(set, keys.PurposeDeviceCode, issuer, sealed)
}

// OpenLink reads what Link made, also after it has expired. It returns
// grants.ErrInvalid.
func OpenLink(set *keys.Set, issuer, text string) (*Code, error) {
	return open(set, keys.PurposeDeviceLink, issuer, text)
}

func open(set *keys.Set, purpose keys.Purpose, issuer, sealed string) (*Code, error) {
	if len(sealed) > maxSealed {
		return nil, grants.ErrInvalid
	}
	plain, err := set.Open(purpose, issuer, sealed)
	c := &Code{}
	if err != nil || json.Unmarshal(plain, c) != nil || !storage.ValidName(c.Grant) || len(c.UserCode) != userCodeLength {
		return nil, grants.ErrInvalid
	}
	return c, nil
}
