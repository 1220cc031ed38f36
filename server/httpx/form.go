package httpx

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
)

const (
	// maxBody is the size of a request body, in bytes.
	maxBody = 64 << 10
	// maxParameters is the number of parameters in a request.
	maxParameters = 64
)

// repeatable are the parameters that a request may carry more than once (RFC 8693
// section 2.1, RFC 8707 section 2).
var repeatable = map[string]bool{"audience": true, "resource": true}

// Repeatable reports whether a request may have a parameter more than once.
func Repeatable(name string) bool { return repeatable[name] }

// ParseForm reads the parameters of a POST to an OAuth endpoint, once and
// strictly, and leaves them in r.PostForm and r.Form: form-encoded, in the body
// only, each at most once (RFC 6749 section 3.2), without those that have no
// value, which count as omitted (ibid.).
func ParseForm(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return &Error{Code: CodeInvalidRequest, Description: "Use POST.", Status: http.StatusMethodNotAllowed}
	}
	if r.URL.RawQuery != "" {
		return BadRequest(CodeInvalidRequest, "Send parameters in the body, never in the URL.")
	}
	if err := formEncoded(r.Header); err != nil {
		return err
	}
	values, err := readForm(w, r)
	if err != nil {
		return err
	}
	keep(r, values)
	r.PostForm = values
	return nil
}

// ParseQuery reads the parameters of a GET to an endpoint that browsers come to, as
// strictly, and leaves them in r.Form.
func ParseQuery(r *http.Request) error {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return BadRequest(CodeInvalidRequest, "The query is not form-encoded.")
	}
	if err := oneOfEach(values); err != nil {
		return err
	}
	keep(r, values)
	return nil
}

// keep leaves parameters where another parser of the request finds that it is done.
func keep(r *http.Request, values url.Values) {
	r.Form, r.MultipartForm = values, &multipart.Form{}
}

func readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, &Error{Code: CodeInvalidRequest, Description: "The body is larger than 64 KiB.", Status: http.StatusRequestEntityTooLarge}
	}
	if err != nil {
		return nil, BadRequest(CodeInvalidRequest, "The body could not be read.")
	}
	if err := Enter(w); err != nil {
		return nil, err
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, BadRequest(CodeInvalidRequest, "The body is not form-encoded.")
	}
	return values, oneOfEach(values)
}

func formEncoded(header http.Header) error {
	types := header["Content-Type"]
	if len(types) == 1 {
		if types[0] == "application/x-www-form-urlencoded" {
			return nil
		}
		if media, _, err := mime.ParseMediaType(types[0]); err == nil && media == "application/x-www-form-urlencoded" {
			return nil
		}
	}
	return BadRequest(CodeInvalidRequest, "The Content-Type must be application/x-www-form-urlencoded.")
}

func oneOfEach(values url.Values) error {
	if len(values) > maxParameters {
		return BadRequest(CodeInvalidRequest, "The request has too many parameters.")
	}
	for name, list := range values {
		if len(list) > 1 && !repeatable[name] {
			return BadRequest(CodeInvalidRequest, "A parameter is sent more than once.")
		}
		if len(list) > maxParameters {
			return BadRequest(CodeInvalidRequest, "A parameter is sent too often.")
		}
		if len(list) == 1 && list[0] == "" {
			delete(values, name)
		}
	}
	return nil
}
