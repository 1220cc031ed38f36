package device

import (
	"context"
	"net/http"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/approvals"
	"github.com/grantor-dev/grantor/server/ui"
)

const (
	// patience is how long a user waits for the device of a code.
	patience = time.Minute
	// hold is how long one answer is held back for that, and look how often to look.
	hold, look = 6 * time.Second, 200 * time.Millisecond
	// maxHolds is how many answers are held back at once.
	maxHolds = 64
	// reload is the number of seconds after which the browser asks again.
	reload = 2
)

// wait goes on with the device of a code that was typed, once it has asked.
func (s *Service) wait(r *http.Request, v *flow.Visit) (flow.Answer, error) {
	var f form
	if err := v.Open(flow.PageDevice, r.Form, &f); err != nil {
		return flow.Answer{}, err
	}
	if v.Login == nil || v.Person.Subject != f.Subject || len(f.UserCode) == 0 {
		return s.page(r.Context(), v, http.StatusOK, f.UserCode, "")
	}
	a, err := s.awaited(r.Context(), f.UserCode)
	switch {
	case err != nil && r.Context().Err() != nil:
		return flow.Answer{}, httpx.Elsewhere(err)
	case err != nil:
		return flow.Answer{}, httpx.Unavailable(err)
	case a == nil || a.Subject != f.Subject:
		return s.page(r.Context(), v, http.StatusForbidden, "", errTaken.Text())
	case a.State == sessionv1alpha1.ApprovalAsked:
		return s.proceed(r, v, a.Code, true)
	case a.State != sessionv1alpha1.ApprovalClaimed:
		return flow.Answer{}, errTaken
	case s.Now().Sub(time.Unix(f.Since, 0)) > patience:
		return s.page(r.Context(), v, http.StatusOK, approvals.FormatUserCode(f.UserCode), "No device asked with this code within a minute. Check it, or start again on the device.")
	}
	answer := v.Page(http.StatusOK, ui.Note{Title: "Waiting for the device", Message: "It asks every few seconds. Leave this page open; it goes on by itself."}, ui.Policy{})
	answer.Reload = reload
	return answer, nil
}

// awaited returns the Approval of a user code as soon as its device has asked, and as it is
// after some seconds, or at once where the copy does not count. Reading it live in the end
// makes up for a copy that lags.
func (s *Service) awaited(ctx context.Context, userCode string) (*approvals.Approval, error) {
	defer s.holds.Add(-1)
	until := time.Now().Add(hold)
	if s.holds.Add(1) > maxHolds || s.Polls.Copy.Fresh() != nil {
		until = time.Now()
	}
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	for time.Now().Before(until) {
		known, err := s.Polls.copied(userCode, s.Now())
		if err != nil || known != nil && known.State != sessionv1alpha1.ApprovalClaimed {
			break
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return s.Outcome.Approvals.Find(ctx, userCode, s.Now())
}
