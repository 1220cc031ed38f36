package flow

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/grantor-dev/grantor/server/ui"
)

// Answer is what a browser gets: a page, or a place to go to.
type Answer struct {
	// Location is where to go to, with 303; empty for a page.
	Location string
	// Page and Status are the page, and Policy what it may do.
	Page   ui.Page
	Status int
	Policy ui.Policy
	// RetryAfter is the number of seconds after which to try again; 0 for none.
	RetryAfter int
	// Reload is the number of seconds after which a browser loads the page again; 0 for
	// never.
	Reload int
	// Cookies are set.
	Cookies []*http.Cookie
}

// WithQuery adds parameters to those that a URI has already. A space becomes %20,
// which every way of reading a query understands.
func WithQuery(uri string, fields []ui.Field) string {
	var b strings.Builder
	b.WriteString(uri)
	separator := byte('?')
	if strings.Contains(uri, "?") {
		separator = '&'
	}
	if strings.HasSuffix(uri, "?") || strings.HasSuffix(uri, "&") {
		separator = 0
	}
	for _, field := range fields {
		if separator != 0 {
			b.WriteByte(separator)
		}
		b.WriteString(field.Name + "=" + strings.ReplaceAll(url.QueryEscape(field.Value), "+", "%20"))
		separator = '&'
	}
	return b.String()
}
