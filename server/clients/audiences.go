package clients

import (
	"net/url"
	"slices"
	"strings"
)

// Audiences returns the audiences that a request asks for, each once and as
// spec.audiences of the OAuthClient spells it, and whether the client may ask for all of
// them. fosite's own strategy takes any URL below a registered one, and its lists ignore
// case.
func (c *Client) Audiences(form url.Values) (_ []string, ok bool) {
	var audiences []string
	add := func(audience string) {
		if !slices.Contains(audiences, audience) {
			audiences = append(audiences, audience)
		}
	}
	for _, asked := range named(form) {
		if !slices.Contains(c.spec.Audiences, asked) {
			return nil, false
		}
		add(asked)
	}
	for _, asked := range form["resource"] {
		audience, ok := c.resource(asked)
		if !ok {
			return nil, false
		}
		add(audience)
	}
	return audiences, true
}

// named returns the audiences of a request: one in each parameter (RFC 8693 section 2.1),
// or several in one, separated by spaces, as other servers have it.
func named(form url.Values) []string {
	asked := form["audience"]
	if len(asked) == 1 {
		return strings.Split(asked[0], " ")
	}
	return slices.DeleteFunc(slices.Clone(asked), func(audience string) bool { return audience == "" })
}

// resource finds the audience that a resource means (RFC 8707 section 2): the same byte for
// byte, or else a URL that is equivalent by RFC 3986 section 6.2, since libraries write
// resources anew, such as with a slash after the host.
func (c *Client) resource(asked string) (string, bool) {
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
