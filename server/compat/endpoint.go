package compat

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/grantor-dev/grantor/server/httpx"
)

// Endpoint returns the endpoint that answers a route. next is the server's endpoint at route.To,
// and is ignored if the route has an endpoint of its own.
func (s *Server) Endpoint(route Route, next httpx.Endpoint) httpx.Endpoint {
	if route.Own != nil {
		next = route.Own(s)
	}
	if route.Request != nil || route.Answer != nil {
		next = &adapted{server: s, route: route, next: next}
	}
	if route.Delete != nil {
		return &byMethod{next, route.Delete(s)}
	}
	return next
}

// byMethod sends DELETE requests to another endpoint.
type byMethod struct {
	httpx.Endpoint
	deletes httpx.Endpoint
}

var _ httpx.Endpoint = (*byMethod)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (b *byMethod) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodDelete {
		return b.deletes.ServeEndpoint(w, r)
	}
	return b.Endpoint.ServeEndpoint(w, r)
}

// adapted is an endpoint with adapters around it.
type adapted struct {
	server *Server
	route  Route
	next   httpx.Endpoint
}

var _ httpx.Endpoint = (*adapted)(nil)

// ServeEndpoint implements httpx.Endpoint. Errors of the endpoint are returned unchanged.
func (a *adapted) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if a.route.Request != nil {
		var err error
		if r, err = a.route.Request(a.server, w, r); err != nil {
			return err
		}
	}
	if a.route.Answer == nil {
		return a.next.ServeEndpoint(w, r)
	}
	held := &answer{ResponseWriter: w, status: http.StatusOK}
	if err := a.next.ServeEndpoint(held, r); err != nil {
		return err
	}
	return a.answer(w, r, held)
}

// answer writes what an endpoint answered, changed if it is a success.
func (a *adapted) answer(w http.ResponseWriter, r *http.Request, held *answer) error {
	if held.status >= http.StatusMultipleChoices {
		w.WriteHeader(held.status)
		_, err := w.Write(held.body.Bytes())
		return err
	}
	if held.body.Len() == 0 {
		w.WriteHeader(held.status)
		return nil
	}
	decoder := json.NewDecoder(&held.body)
	// Numbers stay as they were written.
	decoder.UseNumber()
	var members map[string]any
	if err := decoder.Decode(&members); err != nil {
		return err
	}
	changed, err := a.route.Answer(a.server, r, members)
	if err != nil {
		return err
	}
	httpx.WriteJSON(w, held.status, changed)
	return nil
}

// answer buffers the status and the body that an endpoint writes. Headers go straight to the
// response.
type answer struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) { a.status = status }

// Write implements http.ResponseWriter.
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
