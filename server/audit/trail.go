package audit

import "context"

// Trail is what was decided while one request was answered.
type Trail struct {
	Events []Event
	// most is room for the one decision that most requests end with.
	most [1]Event
}

type key struct{}

// Begin returns a context in which Record adds to the trail.
func Begin(ctx context.Context) (context.Context, *Trail) {
	trail := &Trail{}
	trail.Events = trail.most[:0]
	return context.WithValue(ctx, key{}, trail), trail
}

// Record adds a decision to the trail of a request. One request is answered by one
// goroutine.
func Record(ctx context.Context, e Event) {
	if trail, ok := ctx.Value(key{}).(*Trail); ok {
		trail.Events = append(trail.Events, e)
	}
}
