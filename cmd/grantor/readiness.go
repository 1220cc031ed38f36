package main

import (
	"context"
	"net/http"

	ctrl "sigs.k8s.io/controller-runtime"
)

// readiness reports ready once the caches are filled. A replica that waits for the
// lease is ready, too: it is ready to take over.
type readiness struct {
	mgr   ctrl.Manager
	ready chan struct{}
}

// NeedLeaderElection implements manager.LeaderElectionRunnable.
func (r *readiness) NeedLeaderElection() bool { return false }

// Start implements manager.Runnable.
func (r *readiness) Start(ctx context.Context) error {
	if r.mgr.GetCache().WaitForCacheSync(ctx) {
		close(r.ready)
	}
	<-ctx.Done()
	return nil
}

// health answers 200 once ready is closed, or always if it is nil.
func health(ready <-chan struct{}) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		if ready != nil {
			select {
			case <-ready:
			default:
				w.WriteHeader(http.StatusServiceUnavailable)
				_, _ = w.Write([]byte("the caches are not filled yet\n"))
				return
			}
		}
		_, _ = w.Write([]byte("ok\n"))
	})
}
