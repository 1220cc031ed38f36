package httpx

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"time"

	"github.com/grantor-dev/grantor/internal/tracing"
	"github.com/grantor-dev/grantor/server/audit"
)

// Endpoint is what serves one path: it returns an error instead of writing one.
type Endpoint interface {
	ServeEndpoint(w http.ResponseWriter, r *http.Request) error
}

// Observer is told of every request that was answered.
type Observer interface {
	Observe(endpoint string, status int, duration time.Duration)
}

// Edge wraps endpoints with what all of them need.
type Edge struct {
	// Realm is the realm of a Basic challenge.
	Realm string
	// Available returns an error while the server cannot answer truthfully.
	Available func() error
	// Log gets one line for each request that failed on the server's side, and at debug
	// level one for each request.
	Log *slog.Logger
	// Audit gets one line for each security decision. A request that it has no room for is
	// refused before anything is decided.
	Audit audit.Log
	// Address returns where a request comes from.
	Address func(*http.Request) netip.Addr
	// Room bounds how many requests are handled at once; nil bounds nothing.
	Room *Room
	// Observer counts requests.
	Observer Observer
	// Trace makes a span of each request; nil makes none.
	Trace *tracing.Tracer
	// Page writes an error to a browser. The request id finds the request in the log.
	Page func(w http.ResponseWriter, r *http.Request, requestID string, err error)
}

// Wrap returns the handler of an endpoint whose errors are OAuth's.
func (e *Edge) Wrap(name string, endpoint Endpoint) http.Handler {
	return e.wrap(name, endpoint, func(w http.ResponseWriter, _ *http.Request, _ string, err error) { WriteError(w, e.Realm, err) })
}

// WrapPage returns the handler of an endpoint that people come to.
func (e *Edge) WrapPage(name string, endpoint Endpoint) http.Handler {
	return e.wrap(name, endpoint, e.Page)
}

// errorWriter turns an error into bytes.
type errorWriter func(w http.ResponseWriter, r *http.Request, requestID string, err error)

func (e *Edge) wrap(name string, endpoint Endpoint, write errorWriter) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, id := time.Now(), requestID(r)
		rw := &responseWriter{ResponseWriter: w, room: e.Room}
		defer rw.leave()
		rw.Header().Set(requestIDHeader, id)
		ctx, span := e.Trace.StartRequest(r.Context(), r.Header, name)
		defer span.End()
		var trail *audit.Trail
		if e.Audit.Wants(ctx) {
			ctx, trail = audit.Begin(ctx)
		}
		r = r.WithContext(ctx)
		err := e.serve(rw, r, endpoint, func(err error) {
			if rw.status == 0 {
				write(rw, r, id, err)
			}
		})
		duration := time.Since(start)
		e.Observer.Observe(name, rw.status, duration)
		e.trace(r, rw, span)
		e.log(r, rw, name, id, span.ID(), duration, err)
		e.audit(r, trail, id)
	})
}

// audit writes what was decided.
func (e *Edge) audit(r *http.Request, trail *audit.Trail, id string) {
	if trail == nil || len(trail.Events) == 0 {
		return
	}
	address := ""
	if from := e.Address(r); from.IsValid() {
		address = from.String()
	}
	for i := range trail.Events {
		e.Audit.Write(&trail.Events[i], id, address)
	}
}

func (e *Edge) serve(rw *responseWriter, r *http.Request, endpoint Endpoint, write func(error)) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			write(err)
		}
	}()
	if err = e.Audit.Admit(r.Context()); err != nil {
		// That is for readiness to say: the log has no room for it.
		err = Elsewhere(err)
	} else if err = e.Available(); err != nil {
		err = Unavailable(err)
	} else if r.Method != http.MethodPost {
		err = rw.enter()
	}
	if err == nil {
		err = endpoint.ServeEndpoint(rw, r)
	}
	if err != nil {
		write(err)
	}
	return err
}

// trace says in the span what may be known of a request.
func (e *Edge) trace(r *http.Request, rw *responseWriter, span *tracing.Span) {
	span.Set("http.request.method", knownMethod(r.Method))
	span.SetInt("http.response.status_code", rw.status)
	if rw.status >= http.StatusInternalServerError {
		span.Fail()
	}
}

// log writes what may be known of a request: never a parameter, a header or a
// query, since any of them can hold a secret.
func (e *Edge) log(r *http.Request, rw *responseWriter, name, id, traceID string, duration time.Duration, err error) {
	level := slog.LevelDebug
	known, refusal := errors.AsType[*Error](err)
	if ours := !refusal || !known.elsewhere; ours && rw.status >= http.StatusInternalServerError || err != nil && !refusal {
		level = slog.LevelError
	}
	if !e.Log.Enabled(r.Context(), level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("request_id", id), slog.String("endpoint", name),
		slog.String("method", knownMethod(r.Method)), slog.Int("status", rw.status), slog.Duration("duration", duration),
	}
	if traceID != "" {
		attrs = append(attrs, slog.String("trace_id", traceID))
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", loggable(err)))
	}
	e.Log.LogAttrs(context.WithoutCancel(r.Context()), level, "request", attrs...)
}

// loggable keeps what a request said out of the log: the description of a refusal
// may quote it, so only its code is logged.
func loggable(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Status < http.StatusInternalServerError {
		return e.Code
	}
	return err.Error()
}

func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete, http.MethodPatch:
		return method
	}
	return "other"
}

// responseWriter remembers the status.
type responseWriter struct {
	http.ResponseWriter
	status int
	// room is what the request takes room of, once it has entered.
	room    *Room
	entered bool
}

// WriteHeader implements http.ResponseWriter.
func (w *responseWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *responseWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *responseWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
