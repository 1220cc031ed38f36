package httpx

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
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
	// cause is logged and never written to the client.
	cause error
}

// Error returns the code, the description and the cause, for logs.
func (e *Error) Error() string {
	text := e.Code + ": " + e.Description
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
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
	CodeInvalidTarget          = "invalid_target" // RFC 8707 section 2
	CodeServerError            = "server_error"
	CodeTemporarilyUnavailable = "temporarily_unavailable"
)

// retryAfter is how long a client should wait for storage that does not answer.
const retryAfter = 2

// BadRequest returns a 400 with the given code.
func BadRequest(code, format string, args ...any) *Error {
	return &Error{Code: code, Description: fmt.Sprintf(format, args...), Status: http.StatusBadRequest}
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

// WriteError is the one place where an error becomes bytes.
func WriteError(w http.ResponseWriter, realm string, err error) {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Code: CodeServerError, Description: "The server made a mistake; it is logged.", Status: http.StatusInternalServerError, cause: err}
	}
	if e.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="`+printable(realm)+`", charset="UTF-8"`)
	}
	if e.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(e.RetryAfter))
	}
	WriteJSON(w, e.Status, struct {
		Error       string `json:"error"`
		Description string `json:"error_description,omitempty"`
	}{e.Code, printable(e.Description)})
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
