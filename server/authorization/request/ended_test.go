package request

import (
	"testing"
	"time"
)

func TestRequestsThatEnd(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, test := range map[string]struct {
		request Request
		want    bool
	}{
		"of an OAuthClient":        {Request{}, false},
		"of a document":            {Request{Until: now.Add(time.Second)}, false},
		"of a document, at last":   {Request{Until: now}, true},
		"that was pushed":          {Request{Pushed: &Pushed{Until: now.Add(time.Second)}}, false},
		"that was pushed, at last": {Request{Pushed: &Pushed{Until: now}}, true},
	} {
		if got := test.request.Ended(now); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
