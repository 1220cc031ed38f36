package clients

import (
	"net/url"
	"slices"
	"strings"
)

// Audiences returns the audiences that a request asks for, each once and as
// spec.audiences of the OAuthClient spells it, and whether the client may ask for all of
// them. A resource (RFC 8707 section 2) is an audience under its registered name.
func (c *Client) Audiences(form url.Values) (_ []string, ok bool) {
	var audiences []string
	for _, asked := range asksFor(form) {
		audience, ok := c.audience(asked)
		if !ok {
			return nil, false
		}
		if !slices.Contains(audiences, audience) {
			audiences = append(audiences, audience)
		}
	}
	return audiences, true
}

// asksFor returns the values of a request: one audience in each parameter (RFC 8693
// section 2.1), or several in one, separated by spaces, as other servers have it. A
// resource is never split.
func asksFor(form url.Values) []string {
	asked := form["audience"]
	if len(asked) == 1 {
		asked = strings.Split(asked[0], " ")
	}
	asked = slices.DeleteFunc(slices.Clone(asked), func(audience string) bool { return audience == "" })
	return append(asked, form["resource"]...)
}

// audience finds one of the client's own: the same byte for byte or, for URLs, the one
// that RFC 3986 section 6.2 calls equivalent, since libraries add the slash after a host.
// fosite's own strategy takes any URL below a registered one, and its lists ignore case.
func (c *Client) audience(asked string) (string, bool) {
	if slices.Contains(c.spec.Audiences, asked) {
		return asked, true
	}
	wanted, ok := normalized(asked)
	if !ok {
		return "", false
	}
	for _, own := range c.spec.Audiences {
		if spelled, ok := normalized(own); ok && spelled == wanted {
			return own, true
		}
	}
	return "", false
}

// normalized returns the one spelling of an absolute URL without a fragment: its scheme
// and host in lower case, without the default port, without a slash at the end.
func normalized(text string) (string, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || strings.Contains(text, "#") {
		return "", false
	}
	host := strings.ToLower(u.Host)
	switch u.Scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	spelled := u.Scheme + "://" + host + strings.TrimSuffix(u.EscapedPath(), "/")
	if u.RawQuery != "" {
		spelled += "?" + u.RawQuery
	}
	return spelled, true
}
