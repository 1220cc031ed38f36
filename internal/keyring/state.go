package keyring

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"
)

// State names which keys the ring has and when they are used, and nothing that is
// secret: two rings of one state do the same.
func (r Ring) State() string {
	h := sha256.New()
	for _, key := range r.keys {
		h.Write([]byte(EntryName(key.Use, key.ID)))
		h.Write([]byte{0})
		h.Write([]byte(strconv.FormatInt(key.Since().Unix(), 10) + strconv.FormatBool(key.Staged)))
		h.Write([]byte{0})
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}
