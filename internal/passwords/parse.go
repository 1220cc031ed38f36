package passwords

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
)

var (
	errUnknown   = errors.New("it is neither an argon2id hash nor a bcrypt hash ($2a$, $2b$ or $2y$); plain text and other schemes are refused")
	errNoLine    = errors.New("the htpasswd file has no line of the user")
	errTwoLines  = errors.New("the htpasswd file has two lines of the user")
	errBcrypt    = errors.New("it is no well-formed bcrypt hash")
	errCheap     = errors.New("it is too weak: bcrypt needs a cost of at least 8")
	errExpensive = errors.New("it costs too much to verify: bcrypt may have a cost of at most 12")
)

// Parse reads what an administrator put into a Secret: a hash, or an htpasswd file
// with a line of the user. Line breaks at the end do not count. The error is a part
// of a sentence without any part of the text.
func Parse(text []byte, username string) (Hash, error) {
	line := strings.TrimRight(string(text), "\r\n")
	// No hash contains a colon and every line of an htpasswd file does.
	if strings.Contains(line, ":") {
		var err error
		if line, err = lineOf([]byte(line), username); err != nil {
			return Hash{}, err
		}
	}
	return parse(line)
}

// lineOf returns the hash in the line of a user. Only the user's own line is
// looked at.
func lineOf(file []byte, username string) (string, error) {
	found, hash := false, ""
	for line := range bytes.Lines(file) {
		name, rest, ok := strings.Cut(strings.TrimRight(string(line), "\r\n"), ":")
		if !ok || strings.HasPrefix(name, "#") || name != username {
			continue
		}
		if found {
			return "", errTwoLines
		}
		found, hash = true, rest
	}
	if !found {
		return "", errNoLine
	}
	return hash, nil
}

func parse(line string) (Hash, error) {
	switch {
	case strings.HasPrefix(line, "$argon2id$"):
		return parseArgon2id(line)
	case strings.HasPrefix(line, "$2"):
		return parseBcrypt(line)
	default:
		return Hash{}, errUnknown
	}
}

// bcryptForm has, behind the cost, 22 characters of salt and 31 of hash, whose last
// one carries four bits: another one there would never match.
var bcryptForm = regexp.MustCompile(`^\$2[aby]\$([0-9]{2})\$[./A-Za-z0-9]{52}[.CGKOSWaeimquy26]$`)

func parseBcrypt(line string) (Hash, error) {
	parts := bcryptForm.FindStringSubmatch(line)
	switch {
	case parts == nil:
		return Hash{}, errBcrypt
	case parts[1] < "08":
		return Hash{}, errCheap
	case parts[1] > "12":
		return Hash{}, errExpensive
	}
	return Hash{text: line}, nil
}
