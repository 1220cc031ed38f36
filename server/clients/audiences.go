package clients

import (
	"net/url"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/internal/resourcespec"
)

// maxAudiences is how many audiences and resources a request can name in each way.
const maxAudiences = 16

// Audiences returns the audiences that a request asks for, each once and as
// spec.audiences of the OAuthClient, or the OAuthResource, spells it, and whether the client
// may ask for all of them. fosite's own strategy takes any URL below a registered one, and
// its lists ignore case.
func (c *Client) Audiences(form url.Values) (_ []string, ok bool) {
	if len(form["resource"])+len(form["audience"]) > maxAudiences || strings.Count(form.Get("audience"), " ") >= maxAudiences {
		return nil, false
	}
	var audiences []string
	add := func(audience string) {
		if !slices.Contains(audiences, audience) {
			audiences = append(audiences, audience)
		}
	}
	for _, asked := range named(form) {
		audience, ok := c.audience(asked)
		if !ok {
			return nil, false
		}
		add(audience)
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
	if audience, ok := c.audience(asked); ok {
		return audience, true
	}
	wanted, ok := resourcespec.Normalized(asked)
	if !ok {
		return "", false
	}
	if resource := c.resources.Find(wanted); resource != nil {
		return resource.Identifier, c.uses(resource)
	}
	for _, own := range c.spec.Audiences {
		if spelled, ok := resourcespec.Normalized(own); ok && spelled == wanted {
			return c.audience(own)
		}
	}
	return "", false
}
