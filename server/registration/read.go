package registration

import (
	"regexp"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/internal/jsonmembers"
	"github.com/grantor-dev/grantor/server/httpx"
)

// Limits of what a program says about itself.
const (
	maxDepth    = 8
	maxURIs     = 32
	maxURI      = 2048
	maxName     = 100
	maxSoftware = 200
	maxScopes   = 128
	maxScope    = 128
	maxListed   = 16
)

// Read returns what a program says about itself, or an httpx.Error.
func Read(body []byte) (Metadata, error) {
	members, ok := jsonmembers.Parse(body, maxDepth)
	if !ok {
		return Metadata{}, httpx.BadRequest(httpx.CodeInvalidClientMetadata,
			"The body must be a JSON object in UTF-8 that has each member once and is nested no deeper than %d.", maxDepth)
	}
	if _, there := members["software_statement"]; there {
		return Metadata{}, httpx.BadRequest(httpx.CodeUnapprovedSoftware, "This server approves no software statements. Leave software_statement out.")
	}
	r := reader{members: members}
	m := Metadata{
		RedirectURIs:           r.redirects("redirect_uris"),
		PostLogoutRedirectURIs: r.redirects("post_logout_redirect_uris"),
		Name:                   r.line("client_name", maxName),
		Method:                 r.token("token_endpoint_auth_method", MethodBasic),
		GrantTypes:             r.tokens("grant_types", "authorization_code"),
		ResponseTypes:          r.responses(),
		Scopes:                 r.scopes(),
		Application:            r.application(),
		ClientURI:              r.page("client_uri"),
		LogoURI:                r.page("logo_uri"),
		PolicyURI:              r.page("policy_uri"),
		TermsURI:               r.page("tos_uri"),
		JWKSURI:                r.page("jwks_uri"),
		JWKS:                   r.object("jwks"),
		SoftwareID:             r.line("software_id", maxSoftware),
		SoftwareVersion:        r.line("software_version", maxSoftware),
		DPoPBound:              r.flag("dpop_bound_access_tokens"),
		Pushed:                 r.flag("require_pushed_authorization_requests"),
	}
	if m.JWKS != nil && m.JWKSURI != "" {
		r.refusef("jwks and jwks_uri must not both be sent.")
	}
	if r.err != nil {
		return Metadata{}, r.err
	}
	return m, nil
}

// reader keeps the first error.
type reader struct {
	members jsonmembers.Members
	err     error
}

func (r *reader) failf(code, format string, args ...any) {
	if r.err == nil {
		r.err = httpx.BadRequest(code, format, args...)
	}
}

func (r *reader) refusef(format string, args ...any) {
	r.failf(httpx.CodeInvalidClientMetadata, format, args...)
}

// line returns a text of one line that people may read.
func (r *reader) line(name string, most int) string {
	text, ok := r.members.Line(name, most)
	if !ok {
		r.refusef("%s must be a text of up to %d printable characters, with at most two marks in a row.", name, most)
		return ""
	}
	return text
}

// word is what grant types, methods and the like are made of.
var word = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,100}$`)

func (r *reader) token(name, fallback string) string {
	if _, there := r.members[name]; !there {
		return fallback
	}
	text, ok := r.members.Text(name)
	if !ok || !word.MatchString(text) {
		r.refusef("%s must be one of the values that the discovery document lists.", name)
	}
	return text
}

func (r *reader) tokens(name, fallback string) []string {
	list, there, ok := r.members.List(name)
	if !there {
		return []string{fallback}
	}
	if !ok || len(list) > maxListed || slices.ContainsFunc(list, func(text string) bool { return !word.MatchString(text) }) {
		r.refusef("%s must be a list of up to %d of the values that the discovery document lists.", name, maxListed)
		return nil
	}
	return distinct(list)
}

// responses returns the response types, each of which can have several words.
func (r *reader) responses() []string {
	list, there, ok := r.members.List("response_types")
	if !there {
		return []string{"code"}
	}
	if !ok || len(list) > maxListed || slices.ContainsFunc(list, func(text string) bool { return !word.MatchString(strings.ReplaceAll(text, " ", "-")) }) {
		r.refusef("response_types must be a list of up to %d of the values that the discovery document lists.", maxListed)
		return nil
	}
	return distinct(list)
}

// scope is a scope-token of RFC 6749 section 3.3.
var scope = regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]+$`)

func (r *reader) scopes() []string {
	text, ok := r.members.Text("scope")
	list := strings.Fields(text)
	if !ok || len(list) > maxScopes || slices.ContainsFunc(list, func(s string) bool { return len(s) > maxScope || !scope.MatchString(s) }) {
		r.refusef("scope must be up to %d scopes of up to %d characters, with spaces between them.", maxScopes, maxScope)
		return nil
	}
	return distinct(list)
}

func (r *reader) application() string {
	kind, ok := r.members.Text("application_type")
	if !ok || kind != "" && kind != "web" && kind != "native" {
		r.refusef("application_type must be web or native.")
		return ""
	}
	return kind
}

func (r *reader) flag(name string) bool {
	set, ok := r.members.Flag(name)
	if !ok {
		r.refusef("%s must be true or false.", name)
	}
	return set
}

func (r *reader) object(name string) []byte {
	raw, there := r.members[name]
	if there && raw[0] != '{' {
		r.refusef("%s must be an object.", name)
		return nil
	}
	return raw
}

var (
	// absolute is a URI with a scheme and without a fragment (RFC 3986 section 4.3).
	absolute = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:([A-Za-z0-9._~:/?@!$&'()*+,;=\[\]-]|%[0-9A-Fa-f]{2})+$`)
	// web is the URL of a page.
	web = regexp.MustCompile(`^https?://[^/?]`)
)

func isURI(text string) bool { return len(text) <= maxURI && absolute.MatchString(text) }

func (r *reader) redirects(name string) []string {
	list, _, ok := r.members.List(name)
	if !ok || len(list) > maxURIs {
		r.failf(httpx.CodeInvalidRedirectURI, "%s must be a list of up to %d URIs.", name, maxURIs)
		return nil
	}
	for n, uri := range list {
		if !isURI(uri) {
			r.failf(httpx.CodeInvalidRedirectURI, "Number %d of %s is not an absolute URI of up to %d characters without a fragment.", n+1, name, maxURI)
			return nil
		}
	}
	return distinct(list)
}

func (r *reader) page(name string) string {
	uri, ok := r.members.Text(name)
	if !ok || uri != "" && (!isURI(uri) || !web.MatchString(uri)) {
		r.refusef("%s must be an http or https URL of up to %d characters.", name, maxURI)
		return ""
	}
	return uri
}

// distinct returns each text once.
func distinct(list []string) []string {
	var out []string
	for _, text := range list {
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}
