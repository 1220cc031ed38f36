package passwords

import (
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

// The bounds of argon2id: what a login may cost the server, and what is worth
// storing.
const (
	minMemory, maxMemory = 8 * 1024, 64 * 1024 // KiB
	maxTime, maxThreads  = 3, 4
	minSaltSize, maxSize = 8, 64
	minKeySize           = 16
)

var (
	errArgon2          = errors.New("it is no well-formed argon2id hash of version 19, such as $argon2id$v=19$m=19456,t=2,p=1$salt$hash")
	errArgon2Cheap     = errors.New("it is too weak: argon2id needs at least 8 MiB of memory (m=8192), a salt of 8 bytes and a hash of 16")
	errArgon2Expensive = errors.New("it costs too much to verify: argon2id may have at most 64 MiB of memory (m=65536), t=3 and p=4, and salt and hash 64 bytes")
)

var argon2idForm = regexp.MustCompile(
	`^\$argon2id\$v=19\$m=([1-9][0-9]{0,8}),t=([1-9][0-9]{0,8}),p=([1-9][0-9]{0,8})\$([A-Za-z0-9+/]{1,128})\$([A-Za-z0-9+/]{1,128})$`)

// parseArgon2id reads the PHC form in the one spelling that the reference program
// writes, so that a hash has one text.
func parseArgon2id(line string) (Hash, error) {
	parts := argon2idForm.FindStringSubmatch(line)
	if parts == nil {
		return Hash{}, errArgon2
	}
	memory, err1 := strconv.ParseUint(parts[1], 10, 32)
	time, err2 := strconv.ParseUint(parts[2], 10, 32)
	threads, err3 := strconv.ParseUint(parts[3], 10, 32)
	salt, err4 := base64.RawStdEncoding.Strict().DecodeString(parts[4])
	key, err5 := base64.RawStdEncoding.Strict().DecodeString(parts[5])
	if errors.Join(err1, err2, err3, err4, err5) != nil {
		return Hash{}, errArgon2
	}
	switch {
	case memory > maxMemory, time > maxTime, threads > maxThreads, len(salt) > maxSize, len(key) > maxSize:
		return Hash{}, errArgon2Expensive
	case memory < minMemory, len(salt) < minSaltSize, len(key) < minKeySize:
		return Hash{}, errArgon2Cheap
	}
	a := &argon2id{memory: uint32(memory), time: uint32(time), threads: uint8(threads), salt: salt, key: key}
	text := fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", memory, time, threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
	return Hash{text: text, argon: a}, nil
}
