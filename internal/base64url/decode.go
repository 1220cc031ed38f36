package base64url

import (
	"encoding/base64"
	"errors"
	"strings"
)

// ErrMalformed says that a text is not unpadded base64url in its one spelling.
var ErrMalformed = errors.New("not canonical base64url")

// Decode returns the bytes that text is the unpadded base64url of (RFC 4648 section
// 5), or ErrMalformed.
func Decode(text string) ([]byte, error) {
	if strings.ContainsAny(text, "\r\n") {
		return nil, ErrMalformed
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, ErrMalformed
	}
	return raw, nil
}
