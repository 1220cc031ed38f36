package flow

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/server/storage"
)

// jar reads and makes the cookies of a browser: marks, which bind forms to it, the name of
// the Login, and who signed in before. They carry the issuer in their names, because a
// host can serve several.
type jar struct {
	prefix string
	secure bool
}

func newJar(issuer string) jar {
	sum := sha256.Sum256([]byte(issuer))
	j := jar{prefix: "grantor-" + hex.EncodeToString(sum[:4]) + "-", secure: strings.HasPrefix(issuer, "https:")}
	if j.secure {
		// The prefix makes browsers refuse such a cookie from any other host (RFC 6265bis
		// section 4.1.3.2). A loopback address without https cannot have it.
		j.prefix = "__Host-" + j.prefix
	}
	return j
}

// Names of cookies, after the prefix: loginCookie names the Login, knownCookie has the
// users who signed in before.
const (
	loginCookie = "login"
	knownCookie = "known"
)

// maxMarks bounds the marks that are read.
const maxMarks = 8

// marks returns what marks the browser. It has one, or several if its first pages were
// opened at the same time: each has a name of its own, so that none replaces another.
func (j jar) marks(r *http.Request) []string {
	var marks []string
	for _, cookie := range r.Cookies() {
		if storage.ValidName(cookie.Value) && cookie.Name == j.markName(cookie.Value) && len(marks) < maxMarks {
			marks = append(marks, cookie.Value)
		}
	}
	return marks
}

// value returns the value of a cookie, if the browser sent exactly one.
func (j jar) value(r *http.Request, name string) string {
	cookies := r.CookiesNamed(j.prefix + name)
	if len(cookies) != 1 {
		return ""
	}
	return cookies[0].Value
}

func (j jar) setMark(mark string) *http.Cookie {
	return j.cookie(strings.TrimPrefix(j.markName(mark), j.prefix), mark)
}

func (j jar) markName(mark string) string { return j.prefix + "browser-" + mark[:8] }

func (j jar) set(name, value string, lifetime time.Duration) *http.Cookie {
	c := j.cookie(name, value) //nolint:gosec // cookie sets all attributes
	c.MaxAge = max(1, int(lifetime/time.Second))
	return c
}

func (j jar) forget(name string) *http.Cookie {
	c := j.cookie(name, "") //nolint:gosec // cookie sets all attributes
	c.MaxAge = -1
	return c
}

// cookie is for top-level navigation from applications too, so it is Lax.
func (j jar) cookie(name, value string) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // without https, which is for loopback addresses, Secure would be refused
		Name: j.prefix + name, Value: value, Path: "/", Secure: j.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}
