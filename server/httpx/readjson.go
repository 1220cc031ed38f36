package httpx

import (
	"errors"
	"io"
	"mime"
	"net/http"
)

// ReadJSON returns the body of a POST that is JSON, of at most 64 KiB.
func ReadJSON(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.URL.RawQuery != "" {
		return nil, BadRequest(CodeInvalidRequest, "Send parameters in the body, never in the URL.")
	}
	if err := IsJSON(r); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, &Error{Code: CodeInvalidRequest, Description: "The body is larger than 64 KiB.", Status: http.StatusRequestEntityTooLarge}
	}
	if err != nil {
		return nil, BadRequest(CodeInvalidRequest, "The body could not be read.")
	}
	return body, Enter(w)
}

// IsJSON returns an *Error unless a request says that its body is JSON. Web pages of other
// origins cannot say so without asking first.
func IsJSON(r *http.Request) error {
	types := r.Header["Content-Type"]
	if len(types) == 1 {
		if media, _, err := mime.ParseMediaType(types[0]); err == nil && media == "application/json" {
			return nil
		}
	}
	return BadRequest(CodeInvalidRequest, "The Content-Type must be application/json.")
}
