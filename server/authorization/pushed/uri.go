package pushed

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

const (
	// prefix begins every request_uri that an authorization server issues (RFC 9126 section
	// 2.2).
	prefix = "urn:ietf:params:oauth:request_uri:"
	// lifetime is how long the browser has to bring a request_uri.
	lifetime = 90 * time.Second
	// version is that of what a request_uri seals, and boundVersion that of one whose code will
	// be bound to a key. Another is refused: by a release that does not know of bindings, too.
	version, boundVersion = 1, 2
	// maxURI is how long a request_uri may be, in characters: with the longest client ID it
	// fits into a URL of 8 KiB.
	maxURI = 7500
)

// CodeInvalidRequestURI is the error code for a request_uri that does not give a request
// (RFC 9101 section 7.1).
const CodeInvalidRequestURI = "invalid_request_uri"

// sealed is what a request_uri says.
type sealed struct {
	Version int `json:"v"`
	// Expires is in milliseconds since 1970.
	Expires int64            `json:"e"`
	Request *request.Request `json:"r"`
}

// Is reports whether a request_uri has the form of one that this server issues.
func Is(uri string) bool { return strings.HasPrefix(uri, prefix) }

// newURI returns the request_uri of a request.
func newURI(set *keys.Set, issuer string, r *request.Request, now time.Time) (string, error) {
	v := version
	if r.Confirmation != (grants.Confirmation{}) {
		v = boundVersion
	}
	plain, err := json.Marshal(sealed{v, now.Add(lifetime).UnixMilli(), r})
	if err != nil {
		return "", fmt.Errorf("encode request: %w", err)
	}
	uri := prefix + set.Seal(keys.PurposePushedRequest, issuer, plain)
	if len(uri) > maxURI {
		return "", errTooLong
	}
	return uri, nil
}

// Open returns the request of a request_uri that this server issued to a client. Its errors
// are for the user: until it is open, it is not known where the answer would go.
func Open(set *keys.Set, issuer, clientID, uri string, now time.Time) (*request.Request, error) {
	var s sealed
	text, _ := strings.CutPrefix(uri, prefix)
	plain, err := set.Open(keys.PurposePushedRequest, issuer, text)
	if err != nil || json.Unmarshal(plain, &s) != nil || s.Version != version && s.Version != boundVersion || s.Request == nil || s.Request.ClientID != clientID {
		return nil, errNotIssued
	}
	if !now.Before(time.UnixMilli(s.Expires)) {
		return nil, errExpired
	}
	return s.Request, nil
}

var (
	errNotIssued = httpx.BadRequest(CodeInvalidRequestURI, "The application sent a request_uri that this server did not issue to it.")
	errExpired   = httpx.BadRequest(CodeInvalidRequestURI, "The request has expired. Go back to the application and start again.")
	errTooLong   = &httpx.Error{
		Code: httpx.CodeInvalidRequest, Status: http.StatusRequestEntityTooLarge,
		Description: "The request is too long for a request_uri: shorten state, redirect_uri, scope or audience.",
	}
)
