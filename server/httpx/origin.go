package httpx

import "net/http"

// CORS lets scripts of some origins call an endpoint (Fetch Standard section 3.3). No
// cookie and no other credential of the browser goes along, so it opens nothing that
// a program elsewhere could not do.
type CORS struct {
	// Allowed reports whether scripts of an origin may call.
	Allowed func(origin string) bool
}

// Wrap returns a handler that answers preflight requests and names the origin in
// answers to it.
func (c CORS) Wrap(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		if origin == "" {
			handler.ServeHTTP(w, r)
			return
		}
		header := w.Header()
		header.Add("Vary", "Origin")
		allowed := c.Allowed(origin)
		if allowed {
			header.Set("Access-Control-Allow-Origin", origin)
		}
		if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
			if allowed {
				header.Set("Access-Control-Expose-Headers", "WWW-Authenticate, Retry-After, DPoP-Nonce")
			}
			handler.ServeHTTP(w, r)
			return
		}
		if allowed {
			header.Set("Access-Control-Allow-Methods", "GET, POST")
			header.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, DPoP")
			header.Set("Access-Control-Max-Age", "600")
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

// Public lets scripts of every origin read what everyone may, also with headers of their own,
// such as MCP-Protocol-Version, of which browsers ask first.
func Public(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header["Access-Control-Allow-Origin"] = anyOrigin
		if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
			handler.ServeHTTP(w, r)
			return
		}
		header.Set("Access-Control-Allow-Methods", "GET, HEAD")
		header.Set("Access-Control-Allow-Headers", "*")
		header.Set("Access-Control-Max-Age", "600")
		w.WriteHeader(http.StatusNoContent)
	})
}
