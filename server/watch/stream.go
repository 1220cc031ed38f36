package watch

import (
	"context"
	"net/http"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	apiwatch "k8s.io/apimachinery/pkg/watch"
)

// boundedStream is a watch that says when it brought news. Answering a watch and
// then saying nothing is what a stream does that hangs, so only an event or an end
// in time counts; one that has to be cut off ends in an error that makes client-go
// list again.
type boundedStream struct {
	raw    apiwatch.Interface
	events chan apiwatch.Event
	stop   chan struct{}
	once   sync.Once
	cancel context.CancelFunc
}

var _ apiwatch.Interface = (*boundedStream)(nil)

func newBoundedStream(bound context.Context, cancel context.CancelFunc, raw apiwatch.Interface, news func()) *boundedStream {
	s := &boundedStream{raw: raw, events: make(chan apiwatch.Event), stop: make(chan struct{}), cancel: cancel}
	go s.run(bound, news)
	return s
}

func (s *boundedStream) run(bound context.Context, news func()) {
	defer close(s.events)
	defer s.cancel()
	defer s.raw.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-bound.Done():
			s.send(expired)
			return
		case event, ok := <-s.raw.ResultChan():
			switch {
			case !ok && bound.Err() != nil:
				s.send(expired)
				return
			case !ok:
				news()
				return
			}
			if event.Type != apiwatch.Error {
				news()
			}
			if !s.send(event) {
				return
			}
		}
	}
}

// expired is how an API server says that a watch cannot be continued.
var expired = apiwatch.Event{Type: apiwatch.Error, Object: &metav1.Status{
	Status: metav1.StatusFailure, Code: http.StatusGone, Reason: metav1.StatusReasonExpired,
	Message: "the watch said nothing and did not end in time",
}}

func (s *boundedStream) send(event apiwatch.Event) bool {
	select {
	case s.events <- event:
		return true
	case <-s.stop:
		return false
	}
}

// ResultChan implements watch.Interface.
func (s *boundedStream) ResultChan() <-chan apiwatch.Event { return s.events }

// Stop implements watch.Interface.
func (s *boundedStream) Stop() { s.once.Do(func() { close(s.stop); s.cancel() }) }
