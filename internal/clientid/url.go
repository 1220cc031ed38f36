package clientid

import (
	"errors"
	"net/netip"
	"regexp"
	"strings"
)

// MaxURL is how long an ID that is a URL may be, in bytes.
const MaxURL = 300

// Why a URL cannot be the ID of a client, as the end of a sentence.
var (
	errLong      = errors.New("it is longer than 300 characters")
	errCharacter = errors.New("it has characters that a URL must percent-encode")
	errFragment  = errors.New("it has a fragment")
	errUser      = errors.New("it has user information")
	errHost      = errors.New("its host is not a name of lower-case letters, digits, hyphens and dots, with an optional port other than 443")
	errAddress   = errors.New("its host is an IP address")
	errPath      = errors.New("it has no path")
	errDots      = errors.New("it has the segment . or .. in its path")
)

var (
	// characters are those of a URL (RFC 3986 section 2) as it is sent.
	characters = regexp.MustCompile(`^([A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$`)
	// authority is a host in the one way in which it is written, and a port.
	authority = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(:[1-9][0-9]{0,4})?$`)
	// numeric is the last label of what some programs read as an IPv4 address.
	numeric = regexp.MustCompile(`(^|\.)([0-9]+|0[xX][0-9a-fA-F]*)$`)
)

// IsURL reports whether an ID wants to be the URL of a metadata document. No other ID of an
// OAuthClient has a colon.
func IsURL(id string) bool { return strings.HasPrefix(id, "https://") }

// Host returns the host of an ID that is the URL of a metadata document, with its port if it
// has one, or why the URL cannot be an ID. IDs are compared byte for byte, so each of them is
// written in one way only.
func Host(id string) (string, error) {
	rest, ok := strings.CutPrefix(id, "https://")
	switch {
	case !ok:
		return "", errHost
	case len(id) > MaxURL:
		return "", errLong
	case !characters.MatchString(rest):
		return "", errCharacter
	case strings.Contains(rest, "#"):
		return "", errFragment
	}
	host, path := rest, ""
	if end := strings.IndexAny(rest, "/?"); end >= 0 {
		host, path = rest[:end], rest[end:]
	}
	switch {
	case strings.Contains(host, "@"):
		return "", errUser
	case !strings.HasPrefix(path, "/"):
		return "", errPath
	}
	if err := named(host); err != nil {
		return "", err
	}
	path, _, _ = strings.Cut(path, "?")
	for segment := range strings.SplitSeq(path, "/") {
		if dots := strings.NewReplacer("%2e", ".", "%2E", ".").Replace(segment); dots == "." || dots == ".." {
			return "", errDots
		}
	}
	return host, nil
}

// named checks that a host is a name.
func named(host string) error {
	name, port, _ := strings.Cut(host, ":")
	address, err := netip.ParseAddr(strings.Trim(host, "[]"))
	switch {
	case err == nil && address.IsValid(), numeric.MatchString(name):
		return errAddress
	case !authority.MatchString(host), len(name) > 253, port == "443", len(port) == 5 && port > "65535":
		return errHost
	}
	return nil
}

// Matches reports whether a pattern names a host that Host returned: the same, or what
// follows a leading star, which stands for one or more whole labels.
func Matches(pattern, host string) bool {
	suffix, wild := strings.CutPrefix(pattern, "*")
	if !wild {
		return host == pattern
	}
	return len(host) > len(suffix) && strings.HasSuffix(host, suffix)
}
