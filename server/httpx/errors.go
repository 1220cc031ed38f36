package httpx

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/server/texts"
)

// Error is an error that a client of an endpoint may read.
type Error struct {
	// Code is a registered OAuth error code.
	Code string
	// Description is a short sentence. Characters that RFC 6749 section 5.2 does
	// not allow are replaced when it is written.
	Description string
	// Status is the HTTP status.
	Status int
	// RetryAfter is the number of seconds after which to try again; 0 for none.
	RetryAfter int
	// Scheme is how the client is challenged to authenticate (RFC 9110 section 11.6.1).
	Scheme Scheme
	// Algorithms are those of DPoP proofs (RFC 9449 section 7.1), for SchemeDPoP, and for
	// SchemeBearerMissing where a token with a proof will do as well.
	Algorithms []string
	// Metadata is the URL of the metadata of a protected resource (RFC 9728 section 5.1), and
	// Scope what it asks for, separated by spaces (RFC 6750 section 3); "" for none.
	Metadata, Scope string
	// ACR is the class of sign-in that is needed, and MaxAge for how many seconds it is enough
	// (RFC 9470 section 3); "" and 0 for any.
	ACR    string
	MaxAge int
	// cause is logged and never written to the client.
	cause error
	// text is the description for people; empty where that is the description as it is.
	text texts.Text
	// elsewhere says that another server failed, so it is not logged as an error.
	elsewhere bool
}

// Scheme is an HTTP authentication scheme.
type Scheme int

// Schemes.
const (
	// SchemeBasic challenges a client that answers 401.
	SchemeBasic Scheme = iota
	// SchemeBearer challenges the bearer of a token that was not accepted (RFC 6750
	// section 3).
	SchemeBearer
	// SchemeBearerMissing challenges a request without a token: without an error code
	// (RFC 6750 section 3.1).
	SchemeBearerMissing
	// SchemeDPoP challenges a request whose token or proof was not accepted (RFC 9449 section
	// 7.1).
	SchemeDPoP
	// SchemeDPoPMissing challenges a request without a token where no other than a bound one
	// will do.
	SchemeDPoPMissing
)

// challenges returns the WWW-Authenticate headers of an error.
func (e *Error) challenges(realm string) []string {
	quoted := `realm="` + printable(realm) + `"` + e.of()
	why := `, error="` + e.Code + `", error_description="` + printable(e.Description) + `"`
	algorithms := `, algs="` + strings.Join(e.Algorithms, " ") + `"`
	switch {
	case e.Scheme == SchemeBearerMissing && len(e.Algorithms) > 0:
		return []string{"Bearer " + quoted, "DPoP " + quoted + algorithms}
	case e.Scheme == SchemeBearerMissing:
		return []string{"Bearer " + quoted}
	case e.Scheme == SchemeBearer:
		return []string{"Bearer " + quoted + why}
	case e.Scheme == SchemeDPoP:
		return []string{"DPoP " + quoted + why + algorithms}
	case e.Scheme == SchemeDPoPMissing:
		return []string{"DPoP " + quoted + algorithms}
	case e.Status == http.StatusUnauthorized:
		return []string{"Basic " + quoted + `, charset="UTF-8"`}
	}
	return nil
}

// of returns what a challenge says of the protected resource and of what it needs.
func (e *Error) of() string {
	text := ""
	if e.Metadata != "" {
		text += `, resource_metadata="` + e.Metadata + `"`
	}
	if e.Scope != "" {
		text += `, scope="` + e.Scope + `"`
	}
	if e.ACR != "" {
		text += `, acr_values="` + e.ACR + `"`
	}
	if e.MaxAge > 0 {
		text += `, max_age="` + strconv.Itoa(e.MaxAge) + `"`
	}
	return text
}

// Error returns the code, the description and the cause, for logs.
func (e *Error) Error() string {
	text := e.Code + ": " + e.Description
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Text returns the description for people.
func (e *Error) Text() texts.Text {
	if e.text != "" {
		return e.text
	}
	return texts.Said(e.Description)
}

// Saying returns the error with another description.
func (e *Error) Saying(text texts.Text) *Error {
	out := *e
	out.text, out.Description = text, text.English()
	return &out
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// Codes of RFC 6749 section 5.2 and of its extensions.
const (
	CodeInvalidRequest         = "invalid_request"
	CodeInvalidClient          = "invalid_client"
	CodeInvalidGrant           = "invalid_grant"
	CodeUnauthorizedClient     = "unauthorized_client"
	CodeUnsupportedGrantType   = "unsupported_grant_type"
	CodeInvalidScope           = "invalid_scope"
	CodeInvalidTarget          = "invalid_target"                   // RFC 8707 section 2
	CodeInvalidToken           = "invalid_token"                    // RFC 6750 section 3.1
	CodeInsufficientScope      = "insufficient_scope"               // RFC 6750 section 3.1
	CodeInsufficientUser       = "insufficient_user_authentication" // RFC 9470 section 3
	CodeAccessDenied           = "access_denied"
	CodeAuthorizationPending   = "authorization_pending"         // RFC 8628 section 3.5
	CodeSlowDown               = "slow_down"                     // RFC 8628 section 3.5
	CodeExpiredToken           = "expired_token"                 // RFC 8628 section 3.5
	CodeInvalidDPoPProof       = "invalid_dpop_proof"            // RFC 9449 section 5
	CodeUseDPoPNonce           = "use_dpop_nonce"                // RFC 9449 section 8
	CodeInvalidClientMetadata  = "invalid_client_metadata"       // RFC 7591 section 3.2.2
	CodeInvalidRedirectURI     = "invalid_redirect_uri"          // RFC 7591 section 3.2.2
	CodeUnapprovedSoftware     = "unapproved_software_statement" // RFC 7591 section 3.2.2
	CodeUnsupportedResponse    = "unsupported_response_type"
	CodeServerError            = "server_error"
	CodeTemporarilyUnavailable = "temporarily_unavailable"
	// CodeNotFound is ours: no RFC is about paths where there is nothing.
	CodeNotFound = "not_found"
)

// retryAfter is how long a client should wait for storage that does not answer.
const retryAfter = 2

// BadRequest returns a 400 with the given code.
func BadRequest(code, format string, args ...any) *Error {
	return &Error{Code: code, Description: fmt.Sprintf(format, args...), Status: http.StatusBadRequest, text: texts.T(format, args...)}
}

// InvalidScope returns the 400 for a scope that a client may not ask for.
func InvalidScope(scope string) *Error {
	return BadRequest(CodeInvalidScope, "The client may not ask for %s: spec.scopes of its OAuthClient lists those that it may.", scopeNamed(scope))
}

// InvalidTarget returns the 400 for an audience that a client may not ask for (RFC 8707
// section 2).
func InvalidTarget() *Error {
	return BadRequest(CodeInvalidTarget, "The client may not ask for one of the requested audiences.")
}

// WiderScope returns the 400 for a scope that a refresh would add.
func WiderScope(scope string) *Error {
	return BadRequest(CodeInvalidScope, "A refresh cannot add %s to what was granted.", scopeNamed(scope))
}

// maxScope is the length of the longest scope that a client can have.
const maxScope = 128

// scopeNamed names a scope if it is one (RFC 6749 section 3.3) that a client can have.
func scopeNamed(scope string) string {
	foreign := func(c rune) bool { return c <= ' ' || c > '~' || c == '"' || c == '\\' }
	if scope == "" || len(scope) > maxScope || strings.ContainsFunc(scope, foreign) {
		return "one of the requested scopes"
	}
	return "scope '" + scope + "'"
}

// NotFound returns the 404 for a path where there is nothing.
func NotFound() *Error {
	return &Error{
		Code: CodeNotFound, Status: http.StatusNotFound,
		Description: "There is nothing at this address; the discovery document lists what there is.",
	}
}

// InvalidClient returns the 401 for a client that did not authenticate.
func InvalidClient(description string) *Error {
	return &Error{Code: CodeInvalidClient, Description: description, Status: http.StatusUnauthorized}
}

// Unavailable returns the 503 for something that could not be read or stored.
func Unavailable(cause error) *Error {
	return &Error{
		Code: CodeTemporarilyUnavailable, Description: "The server cannot answer at present; try again.",
		Status: http.StatusServiceUnavailable, RetryAfter: retryAfter, cause: cause,
	}
}

// UnavailableIf returns Unavailable for an error that is no Error yet, and nil for nil.
func UnavailableIf(err error) error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	return Unavailable(err)
}

// Elsewhere returns the 503 for something that a server of the client's own did not
// answer. Any caller can make it happen, so it is no error in the log.
func Elsewhere(cause error) *Error {
	e := Unavailable(cause)
	e.elsewhere = true
	return e
}

// CodeOf returns the error code that a client is answered with.
func CodeOf(err error) string {
	if known, ok := errors.AsType[*Error](err); ok {
		return known.Code
	}
	return CodeServerError
}

// WriteError is the one place where an error becomes bytes.
func WriteError(w http.ResponseWriter, realm string, err error) {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Code: CodeServerError, Description: "The server had an internal error, which is logged.", Status: http.StatusInternalServerError, cause: err}
	}
	if challenges := e.challenges(realm); challenges != nil {
		w.Header()["Www-Authenticate"] = challenges
	}
	if e.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(e.RetryAfter))
	}
	WriteJSON(w, e.Status, struct {
		Error       string `json:"error"`
		Description string `json:"error_description,omitempty"`
	}{e.Code, printable(e.Description)})
}

// Spent returns the error for a caller who has used up a limit and must wait.
func Spent(status int, wait time.Duration, description string) *Error {
	return &Error{Code: CodeTemporarilyUnavailable, Description: description, Status: status, RetryAfter: int(math.Ceil(wait.Seconds()))}
}

// maxDescription keeps an echo of a request short.
const maxDescription = 300

// printable replaces what error_description must not contain (RFC 6749 section
// 5.2: %x20-21 / %x23-5B / %x5D-7E).
func printable(text string) string {
	if len(text) > maxDescription {
		text = text[:maxDescription]
	}
	out := []byte(text)
	for i, c := range out {
		switch {
		case c == '"':
			out[i] = '\''
		case c < 0x20 || c > 0x7e || c == '\\':
			out[i] = '?'
		}
	}
	return string(out)
}
