package clocks

import (
	"net/http"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// fault decides what becomes of a request of the replica: nine of ten pass, and every
// hundredth breaks all connections, those of watches too.
func (d *disturbed) fault(r *http.Request) devenv.Fault {
	key := devenv.DescribeRequest(r).RequestKey
	if key.Verb == "watch" || key.Group != "session.grantor.dev" {
		return nil
	}
	d.mu.Lock()
	n, pause := d.random.IntN(10_000), time.Duration(d.random.IntN(80))*time.Millisecond
	d.mu.Unlock()
	switch {
	case n < 10:
		return hang
	case n < 20:
		return devenv.Hang()
	case n < 30:
		return func(http.ResponseWriter, *http.Request, http.Handler) { d.proxy.CloseConnections() }
	case n < 40:
		return func(w http.ResponseWriter, r *http.Request, forward http.Handler) {
			d.proxy.Stall(devenv.WithVerbs("watch"))
			time.AfterFunc(10*pause, d.proxy.Resume)
			forward.ServeHTTP(w, r)
		}
	case n < 1100:
		kinds := []devenv.Fault{
			devenv.Refuse(http.StatusConflict, metav1.StatusReasonConflict, "no"),
			devenv.Refuse(http.StatusTooManyRequests, metav1.StatusReasonTooManyRequests, "no"),
			devenv.Refuse(http.StatusInternalServerError, metav1.StatusReasonInternalError, "no"),
			devenv.Refuse(http.StatusServiceUnavailable, metav1.StatusReasonServiceUnavailable, "no"),
			devenv.Drop(), devenv.LoseAnswer(nil), devenv.LoseAnswer(nil), devenv.LoseAnswer(func() { time.Sleep(pause) }),
			devenv.Delay(pause, nil), devenv.Delay(pause, devenv.LoseAnswer(nil)), devenv.Delay(10*pause, nil),
		}
		return kinds[n%len(kinds)]
	}
	return nil
}

// hang lets a request through and never answers.
func hang(_ http.ResponseWriter, r *http.Request, forward http.Handler) {
	defer func() {
		_ = recover() // LoseAnswer breaks off; this answer does not even do that.
		<-r.Context().Done()
	}()
	devenv.LoseAnswer(nil)(nil, r, forward)
}
