package schemes

import (
	"slices"
	"strings"
)

// Reserved are schemes without a dot that no redirect URI can have, apart from http and https:
// they run scripts, read files, belong to a browser or a system, or lead to another protocol. The
// schema of redirect URIs has the same list.
var Reserved = []string{
	"about", "afp", "android-app", "app-settings", "blob", "brave", "callto", "chrome", "cid", "content", "data", "dict", "edge", "facetime", "feed",
	"file", "filesystem", "firefox", "ftp", "ftps", "geo", "git", "gopher", "hcp", "help", "http", "https", "intent", "irc", "its", "jar", "javascript",
	"ldap", "ldaps", "livescript", "localhost", "magnet", "mailto", "maps", "market", "mhtml", "mid", "mk", "mms", "mmsto", "mocha", "news", "nfs",
	"nntp", "opera", "package", "prefs", "rdp", "res", "resource", "rtsp", "search", "sftp", "shell", "sip", "sips", "smb", "sms", "smsto", "ssh",
	"tel", "telnet", "telprompt", "urn", "vbscript", "view-source", "vnc", "webcal", "ws", "wss", "wyciwyg",
}

// Prefixes are those with which reserved schemes begin.
var Prefixes = []string{"chrome-", "facetime-", "git+", "googlechrome", "itms", "microsoft-", "moz-", "ms-", "safari-", "search-", "web+", "x-apple-", "x-man-"}

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
