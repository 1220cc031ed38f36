package flow

import (
	"net/http"
	"strings"
	"time"
)

// signedOutCookie names what a browser brings back that has just signed out: nothing signs it
// in again by itself meanwhile.
const signedOutCookie = "signed-out"

// signedOutFor is how long that is.
const signedOutFor = 5 * time.Minute

// Keep makes the browser bring back a value under a name, for some time.
func (v *Visit) Keep(name, value string, lifetime time.Duration) {
	v.cookies = append(v.cookies, v.jar.set(name, value, lifetime))
}

// Kept returns what a browser brings back under a name, if it sent exactly one.
func (v *Visit) Kept(r *http.Request, name string) string { return v.jar.value(r, name) }

// KeptNames returns the names with a prefix under which a browser brings something back.
func (v *Visit) KeptNames(r *http.Request, prefix string) []string {
	var names []string
	for _, cookie := range r.Cookies() {
		if name, ok := strings.CutPrefix(cookie.Name, v.jar.prefix); ok && strings.HasPrefix(name, prefix) {
			names = append(names, name)
		}
	}
	return names
}

// Drop makes the browser forget what it brings back under a name.
func (v *Visit) Drop(name string) { v.cookies = append(v.cookies, v.jar.forget(name)) }
