package passwords

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

const formatVersion = 1

// entry is one value of the Secret into which the operator copies hashes; its key
// is the UID of the OAuthUser.
type entry struct {
	Version int    `json:"version"`
	Hash    string `json:"hash"`
}

// Encode returns the hash as an entry.
func (h Hash) Encode() ([]byte, error) {
	if h.text == "" {
		return nil, errors.New("encode password hash: there is none")
	}
	value, err := json.Marshal(entry{Version: formatVersion, Hash: h.text})
	if err != nil {
		return nil, fmt.Errorf("encode password hash: %w", err)
	}
	return value, nil
}

// Decode reads an entry, within the same bounds as Parse.
func Decode(value []byte) (Hash, error) {
	var e entry
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&e) != nil || decoder.More() {
		return Hash{}, errors.New("decode password hash: not an entry")
	}
	if e.Version != formatVersion {
		return Hash{}, fmt.Errorf("decode password hash: version %d is unknown to this release", e.Version)
	}
	hash, err := parse(e.Hash)
	if err != nil {
		return Hash{}, fmt.Errorf("decode password hash: %w", err)
	}
	return hash, nil
}
