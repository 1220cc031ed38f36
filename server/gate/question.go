package gate

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/internal/resourcespec"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/tokens"
)

// maxScopes is how many scopes a proxy can require.
const maxScopes = 16

// Parameters of a proxy, in the query or in the path. All but that for scopes are those of an
// authorization request (RFC 9470 section 4).
const (
	parameterScope  = "scope"
	parameterACR    = "acr_values"
	parameterMaxAge = "max_age"
)

// question is what a proxy asks.
type question struct {
	resource *resourcespec.Resource
	// scopes are those that the token must have, all of them.
	scopes []string
	// acr is the class that the user's sign-in must have; "" for any.
	acr string
	// maxAge is how long ago the user may have signed in; 0 for any time.
	maxAge time.Duration
	// appended says that the path and the query of the original request follow the resource, as
	// Envoy sends them; path is that path.
	appended bool
	path     string
}

// read returns what a proxy asks: /gate/<namespace>/<name>, with parameters in the query or, as
// ;scope=<scope>, behind the name. If a slash follows, the rest of the path and the query are
// those of the original request, which its sender wrote. With an httpx.Error, it returns what
// it has read so far.
func (e *Endpoint) read(r *http.Request) (*question, error) {
	asked := &question{}
	issuer, err := url.Parse(e.Issuer())
	if err != nil {
		return asked, httpx.NotFound()
	}
	// Not r.URL: if the sender wrote a byte that must be escaped, it unescapes the prefix, too.
	whole, _, _ := strings.Cut(r.RequestURI, "?")
	rest, ok := strings.CutPrefix(whole, issuer.EscapedPath()+endpoints.Gate)
	if !ok {
		return asked, errUnknown
	}
	namespace, rest, _ := strings.Cut(rest, "/")
	rest, path, appended := strings.Cut(rest, "/")
	name, parameters, parametrized := strings.Cut(rest, ";")
	asked.appended, asked.path = appended, "/"+path
	if asked.resource = e.Resources.Named(namespace, name); asked.resource == nil {
		return asked, errUnknown
	}
	if appended && dotted(path) {
		return asked, errDots
	}
	values := url.Values{}
	if parametrized {
		if err := inPath(parameters, values); err != nil {
			return asked, err
		}
	}
	if !appended {
		if err := inQuery(r.URL.RawQuery, values); err != nil {
			return asked, err
		}
	}
	if asked.scopes, err = e.demanded(asked.resource, values[parameterScope]); err != nil {
		return asked, err
	}
	return asked, asked.assurance(values)
}

// dotted reports whether a path has a segment that a program would remove, as RFC 3986 section
// 5.2.4 says, also if it is escaped or, as some servers accept, has parameters.
func dotted(path string) bool {
	text, err := url.PathUnescape(path)
	if err != nil {
		return true
	}
	for segment := range strings.FieldsFuncSeq(text, func(c rune) bool { return c == '/' || c == '\\' }) {
		segment, _, _ = strings.Cut(segment, ";")
		if segment == "." || segment == ".." {
			return true
		}
	}
	return false
}

// inPath adds the parameters of a path segment (RFC 3986 section 3.3).
func inPath(text string, to url.Values) error {
	for pair := range strings.SplitSeq(text, ";") {
		name, value, _ := strings.Cut(pair, "=")
		value, err := url.PathUnescape(value)
		if err != nil || !known(name) {
			return errParameter
		}
		to.Add(name, value)
	}
	return nil
}

func inQuery(text string, to url.Values) error {
	values, err := url.ParseQuery(text)
	if err != nil {
		return errParameter
	}
	for name, texts := range values {
		if !known(name) {
			return errParameter
		}
		to[name] = append(to[name], texts...)
	}
	return nil
}

func known(name string) bool {
	return name == parameterScope || name == parameterACR || name == parameterMaxAge
}

// demanded returns the scopes in some values, each once. A scope that no token can have is a
// mistake in the proxy's configuration, and so is an empty value, which was meant to require
// something.
func (e *Endpoint) demanded(resource *resourcespec.Resource, values []string) ([]string, error) {
	var out []string
	catalogue := e.Catalogue()
	for _, value := range values {
		scopes := tokens.Scopes(value)
		if len(scopes) == 0 {
			return nil, errNoScope
		}
		for _, scope := range scopes {
			if !has(resource, scope) && !slices.Contains(catalogue, scope) {
				return nil, httpx.BadRequest(httpx.CodeInvalidScope, "The proxy demands a scope that neither the OAuthResource %s/%s nor its OAuthServer has.", resource.Namespace, resource.Name)
			}
			if !slices.Contains(out, scope) {
				out = append(out, scope)
			}
		}
	}
	if len(out) > maxScopes {
		return nil, httpx.BadRequest(httpx.CodeInvalidScope, "The proxy demands more than %d scopes.", maxScopes)
	}
	return out, nil
}

func has(resource *resourcespec.Resource, scope string) bool {
	return slices.ContainsFunc(resource.Scopes, func(known resourcespec.Scope) bool { return known.Name == scope })
}
