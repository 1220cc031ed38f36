package device

import (
	"testing"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage/approvals"
	"github.com/grantor-dev/grantor/server/storage/storagetest"
)

// nothing is a copy in which there is nothing.
type nothing struct{}

func (nothing) Get(string) *sessionv1alpha1.Approval { return nil }
func (nothing) Fresh() error                         { return nil }

// What a device is told while its user has not decided, by its own pace.
func TestPace(t *testing.T) {
	backend, _ := storagetest.NewBackend(t)
	now := storagetest.Began
	p := &Polls{Approvals: approvals.New(backend, func() error { return nil }), Copy: nothing{}, Now: func() time.Time { return now }, Limiter: limits.New()}
	code := &approvals.Code{Grant: "g", UserCode: "WDJBMJHT", Expires: now.Add(time.Minute).Unix()}
	for n, test := range []struct {
		after time.Duration
		code  string
	}{
		{0, httpx.CodeAuthorizationPending},
		{0, httpx.CodeSlowDown},
		{interval - tolerance - 1, httpx.CodeSlowDown},
		{interval - tolerance, httpx.CodeAuthorizationPending},
		{2*(interval-tolerance) - 1, httpx.CodeSlowDown},
		{2 * (interval - tolerance), httpx.CodeAuthorizationPending},
		{-time.Hour, httpx.CodeAuthorizationPending},
		{time.Minute, httpx.CodeExpiredToken},
	} {
		now = storagetest.Began.Add(test.after)
		if _, err := p.Answer(t.Context(), code); httpx.CodeOf(err) != test.code {
			t.Errorf("question %d, after %s: %v", n, test.after, err)
		}
	}
}
