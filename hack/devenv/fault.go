package devenv

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// lostBound ends the forwarding of a request whose client does not wait.
const lostBound = 30 * time.Second

// Fault decides what becomes of one request: it forwards it, or answers it, or
// neither. nil forwards it.
type Fault func(w http.ResponseWriter, r *http.Request, forward http.Handler)

// Pass forwards the request as it is.
func Pass() Fault { return nil }

// Delay waits and then applies the next fault; nil forwards. A client that
// gives up meanwhile is not forwarded.
func Delay(d time.Duration, next Fault) Fault {
	return func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
		select {
		case <-time.After(d):
			next.apply(w, r, forward)
		case <-r.Context().Done():
		}
	}
}

// Refuse answers with a Kubernetes Status and does not forward, for example
// http.StatusTooManyRequests and metav1.StatusReasonTooManyRequests.
func Refuse(code int, reason metav1.StatusReason, message string) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		// A client that is gone needs no answer.
		_ = json.NewEncoder(w).Encode(metav1.Status{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"},
			Status:   metav1.StatusFailure,
			Code:     int32(code),
			Reason:   reason,
			Message:  message,
		})
	}
}

// Drop breaks the request off before it is forwarded: the API server never
// sees it.
func Drop() Fault {
	return func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }
}

// LoseAnswer forwards the request, waits for the API server's whole answer,
// calls then (which may be nil, or kill the client) and breaks off: done, but
// the client does not know.
func LoseAnswer(then func()) Fault {
	return func(_ http.ResponseWriter, r *http.Request, forward http.Handler) {
		// The API server shall finish even if the client is already gone.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), lostBound)
		defer cancel()
		forward.ServeHTTP(discard{http.Header{}}, r.WithContext(ctx))
		if then != nil {
			then()
		}
		panic(http.ErrAbortHandler)
	}
}

// Hang neither forwards nor answers until the client gives up.
func Hang() Fault {
	return func(_ http.ResponseWriter, r *http.Request, _ http.Handler) { <-r.Context().Done() }
}

func (f Fault) apply(w http.ResponseWriter, r *http.Request, forward http.Handler) {
	if f == nil {
		forward.ServeHTTP(w, r)
		return
	}
	f(w, r, forward)
}

// discard is the ResponseWriter of an answer that gets lost.
type discard struct{ header http.Header }

// Header returns a header that is ignored.
func (d discard) Header() http.Header { return d.header }

// Write reads on to the end of the answer.
func (discard) Write(content []byte) (int, error) { return len(content), nil }

// WriteHeader does nothing.
func (discard) WriteHeader(int) {}

var _ http.ResponseWriter = discard{}
