package compat

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/grantor-dev/grantor/server/httpx"
)

// parameters returns the parameters of a request, read as strictly as the endpoints read them.
// They may be changed.
func parameters(w http.ResponseWriter, r *http.Request) (url.Values, error) {
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

// with returns a request that has other parameters, in its body or in its query. No endpoint
// has read it.
func with(r *http.Request, form url.Values) *http.Request {
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
