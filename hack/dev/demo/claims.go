package demo

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// claimsOf returns the payload of a JWT as one line of JSON. They are no
// secret; the signature, which makes the token one, is left out.
func claimsOf(token string) (string, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", fmt.Errorf("read the claims: not a JWT")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", fmt.Errorf("read the claims: %w", err)
	}
	var line bytes.Buffer
	if err := json.Compact(&line, payload); err != nil {
		return "", fmt.Errorf("read the claims: %w", err)
	}
	return line.String(), nil
}
