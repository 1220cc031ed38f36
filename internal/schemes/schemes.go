package schemes

import (
	"slices"
	"strings"
)

// Reserved are schemes without a dot that no redirect URI can have, apart from http and https:
// they run scripts, read files, belong to a browser or a system, or lead to another protocol. The
// schema of redirect URIs has the same list.
var Reserved = []string{
	"about", "android-app", "blob", "cid", "content", "data", "edge", "feed", "file", "filesystem", "ftp", "ftps", "git", "http", "https", "intent",
	"jar", "javascript", "ldap", "ldaps", "livescript", "localhost", "mailto", "mhtml", "mid", "mocha", "opera", "res", "resource", "sftp", "shell",
	"sms", "smb", "ssh", "tel", "telnet", "urn", "vbscript", "view-source", "ws", "wss", "wyciwyg",
}

// Prefixes are those with which reserved schemes begin.
var Prefixes = []string{"chrome-", "moz-", "ms-", "safari-", "web+"}

const (
	letters = "abcdefghijklmnopqrstuvwxyz"
	all     = letters + "0123456789+-"
	// shortest is the length of the shortest scheme: a single letter is a drive of Windows.
	shortest = 2
)

// IsPrivate reports whether a scheme has no dot and can be one of an application.
func IsPrivate(scheme string) bool {
	if len(scheme) < shortest || !strings.Contains(letters, scheme[:1]) || strings.Trim(scheme, all) != "" || slices.Contains(Reserved, scheme) {
		return false
	}
	return !slices.ContainsFunc(Prefixes, func(prefix string) bool { return strings.HasPrefix(scheme, prefix) })
}

// Undotted returns the scheme of a redirect URI that is neither web nor has a dot, "" for any
// other.
func Undotted(uri string) string {
	scheme, _, ok := strings.Cut(uri, ":")
	if !ok || scheme == "http" || scheme == "https" || strings.Contains(scheme, ".") {
		return ""
	}
	return scheme
}
