package httpx

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// WriteJSON writes a response that must not be cached (RFC 6749 section 5.1).
func WriteJSON(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"error":"server_error"}`)
	}
	WriteJSONBody(w, status, body)
}

// WriteJSONBody is WriteJSON for what is JSON already.
func WriteJSONBody(w http.ResponseWriter, status int, body []byte) {
	header := w.Header()
	header["Cache-Control"] = noStore
	header["Pragma"] = noCache
	header["Content-Type"] = contentJSON
	header["X-Content-Type-Options"] = noSniff
	header["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	// A client that is gone is no error of the server.
	_, _ = w.Write(body)
}

// Header values are shared: net/http does not change them, and the token endpoint
// sets them on every response.
var (
	noStore     = []string{"no-store"}
	noCache     = []string{"no-cache"}
	contentJSON = []string{"application/json"}
	noSniff     = []string{"nosniff"}
)

// Readable returns an error unless the request only reads.
func Readable(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	w.Header().Set("Allow", "GET, HEAD")
	return &Error{Code: CodeInvalidRequest, Description: "Use GET.", Status: http.StatusMethodNotAllowed}
}
