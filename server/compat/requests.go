package compat

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/grantor-dev/grantor/server/httpx"
)

// Parameters returns the parameters of a request, parsed as strictly as the endpoints do. The
// caller may change them.
func Parameters(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	if r.Method != http.MethodPost {
		if err := httpx.ParseQuery(r); err != nil {
			return nil, err
		}
		return r.Form, nil
	}
	if err := httpx.ParseForm(w, r); err != nil {
		return nil, err
	}
	return r.PostForm, nil
}

// With returns a copy of a request with other parameters, in the body or in the query. The copy
// has not been parsed, so the endpoint parses it again.
func With(r *http.Request, form url.Values) *http.Request {
	out := r.Clone(r.Context())
	out.Form, out.PostForm, out.MultipartForm = nil, nil, nil
	encoded := form.Encode()
	if r.Method != http.MethodPost {
		out.URL.RawQuery = encoded
		return out
	}
	out.Body, out.ContentLength = io.NopCloser(strings.NewReader(encoded)), int64(len(encoded))
	return out
}
