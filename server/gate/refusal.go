package gate

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/grantor-dev/grantor/internal/recent"
	"github.com/grantor-dev/grantor/server/dpop"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
)

// Mistakes in the configuration of a proxy. No answer to them lets a request pass.
var (
	errPublic = &httpx.Error{
		Code: httpx.CodeNotFound, Status: http.StatusNotFound,
		Description: "The gate is for proxies in the cluster: they call it at the Service of the server, from a private address or one of spec.http.trustedProxies of the OAuthServer.",
	}
	errUnknown = &httpx.Error{
		Code: httpx.CodeNotFound, Status: http.StatusNotFound,
		Description: "The proxy asks for an OAuthResource that the server does not have; the path is /gate/<namespace>/<name>.",
	}
	errParameter = httpx.BadRequest(httpx.CodeInvalidRequest, "The proxy sends a parameter to the gate that is none of scope, acr_values and max_age; only /gate/<namespace>/<name>/<path> may have the query of the original request.")
	errDots      = httpx.BadRequest(httpx.CodeInvalidRequest, "The path has a segment '.' or '..'. Send the path without such segments.")
	errACR       = httpx.BadRequest(httpx.CodeInvalidRequest, "The proxy demands acr_values that no access token has; there is only "+identity.ACRSecondFactor+", once.")
	errMaxAge    = httpx.BadRequest(httpx.CodeInvalidRequest, "The proxy sends a max_age to the gate that is no number of seconds from 1 to %d, or sends it twice.", longestAge)
	errNoScope   = httpx.BadRequest(httpx.CodeInvalidScope, "The proxy sends an empty scope to the gate.")
)

// unauthorized returns a refusal. Some proxies pass on only 401 and 403, and turn a 400 into a
// 500.
func unauthorized(code, description string) *httpx.Error {
	return &httpx.Error{Code: code, Description: description, Status: http.StatusUnauthorized}
}

func invalidToken(description string) *httpx.Error {
	return unauthorized(httpx.CodeInvalidToken, description)
}

// refuse adds the challenge of the resource to a refusal: with the scopes that the proxy
// requires, or else the first scope, as in the status of the OAuthResource. It returns other
// errors as they are.
func (e *Endpoint) refuse(asked *question, scheme httpx.Scheme, err error) error {
	refusal, ok := errors.AsType[*httpx.Error](err)
	if !ok || refusal.Status >= http.StatusInternalServerError {
		return err
	}
	scopes := asked.scopes
	if len(scopes) == 0 && len(asked.resource.Scopes) > 0 {
		scopes = []string{asked.resource.Scopes[0].Name}
	}
	return e.challenge(asked, scheme, &httpx.Error{
		Code: refusal.Code, Description: refusal.Description, Status: http.StatusUnauthorized, Scope: strings.Join(scopes, " "),
	})
}

// needs returns the scopes that the next token needs. They also are the scopes of the resource
// that the token has: a client that asked only for the missing ones would lose them.
func needs(asked *question, held []string) []string {
	scopes := slices.Clone(asked.scopes)
	for _, scope := range held {
		if has(asked.resource, scope) && !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes
}

// insufficient is the refusal of a token that lacks a scope.
func (e *Endpoint) insufficient(asked *question, scheme httpx.Scheme, held []string) error {
	return e.challenge(asked, scheme, &httpx.Error{
		Code: httpx.CodeInsufficientScope, Status: http.StatusForbidden, Scope: strings.Join(needs(asked, held), " "),
		Description: "The access token lacks a scope that the request needs.",
	})
}

func (e *Endpoint) challenge(asked *question, scheme httpx.Scheme, refusal *httpx.Error) error {
	refusal.Scheme, refusal.Metadata = scheme, asked.resource.MetadataURL(e.Issuer())
	if scheme == httpx.SchemeDPoP || scheme == httpx.SchemeDPoPMissing {
		refusal.Algorithms = dpop.Algorithms()
	}
	return refusal
}

const (
	// quiet is how long a mistake is not logged again.
	quiet = time.Minute
	// maxSaid is for how many resources this is remembered.
	maxSaid = 1024
)

// said is when a mistake was last logged: for each resource, for all resources that do not
// exist together, and for all requests that are not from a proxy in the cluster.
type said struct {
	mu sync.Mutex
	at *recent.Map[string, time.Time]
}

func newSaid() said { return said{at: recent.NewMap[string, time.Time](maxSaid)} }

// report logs a mistake in the configuration of a proxy. Anyone can cause one, so it is rarely
// logged. A path with dots is a client's mistake.
func (e *Endpoint) report(asked *question, err error) {
	if errors.Is(err, errDots) {
		return
	}
	name := ""
	if asked.resource != nil {
		name = asked.resource.Namespace + "/" + asked.resource.Name
	}
	// Requests from elsewhere do not suppress the log lines of proxies.
	key := name
	if errors.Is(err, errPublic) {
		key = "elsewhere"
	}
	now := e.Now()
	e.said.mu.Lock()
	last, known := e.said.at.Get(key)
	again := !known || now.Sub(last) >= quiet
	if again {
		e.said.at.Put(key, now)
	}
	e.said.mu.Unlock()
	if again {
		e.Log.Warn("a proxy asks the gate what it cannot answer", "oauthresource", name, "error", err.Error())
	}
}
