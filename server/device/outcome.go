package device

import (
	"context"
	"errors"
	"net/http"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/authorization"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage/approvals"
	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

// decisions bounds how many codes and links a user can use: each is a write.
var decisions = limits.Budget{Burst: 10, Every: 12 * time.Second}

// Outcome ends interactions with an Approval, for which the device asks.
type Outcome struct {
	Approvals *approvals.Store
	Now       func() time.Time
	Limiter   *limits.Limiter
}

var _ authorization.Outcome = (*Outcome)(nil)

// Allow implements authorization.Outcome. It is one write.
func (o *Outcome) Allow(ctx context.Context, i *authorization.Interaction) (flow.Answer, error) {
	if err := o.decide(ctx, i, sessionv1alpha1.ApprovalAllowed); err != nil {
		return flow.Answer{}, err
	}
	audit.Record(ctx, audit.Event{
		Decision: audit.Device, Client: i.Client, Subject: i.Person.Subject, Grant: i.Request.Device.Grant, Scopes: i.Request.Scopes,
	})
	return note("Your device has access", "It shows that within some seconds. You can close this page."), nil
}

// Refuse implements authorization.Outcome. What a user denied is one write; any other
// refusal is for the user, and the device goes on waiting.
func (o *Outcome) Refuse(ctx context.Context, i *authorization.Interaction, refusal *httpx.Error) (flow.Answer, error) {
	if !i.Denied || i.Person == nil {
		return flow.Answer{}, refusal
	}
	if err := o.decide(ctx, i, sessionv1alpha1.ApprovalDenied); err != nil {
		return flow.Answer{}, err
	}
	audit.Record(ctx, audit.Event{
		Decision: audit.Device, Refused: refusal.Code, Client: i.Client, Subject: i.Person.Subject, Grant: i.Request.Device.Grant,
	})
	return note("The device gets no access", "You can close this page."), nil
}

// CancelURI implements authorization.Outcome: a device has no page.
func (o *Outcome) CancelURI(*authorization.Interaction) string { return "" }

func (o *Outcome) decide(ctx context.Context, i *authorization.Interaction, state sessionv1alpha1.ApprovalState) error {
	d, now := i.Request.Device, o.Now()
	if !now.Before(d.ExpiresAt()) {
		return errExpired
	}
	a := approvals.Approval{
		Subject: i.Person.Subject, UserUID: i.Person.UID, State: state, Code: &d.Code, Evidence: i.Login.Evidence,
		AuthTime: i.Login.AuthTime, DecidedAt: now, ExpiresAt: d.ExpiresAt().Add(approvals.Late), Refreshes: i.Request.Refreshes,
	}
	var err error
	if d.Typed {
		err = o.Approvals.Decide(ctx, a, now)
	} else {
		if wait := o.take(i.Person.Subject, now); wait > 0 {
			return tooMany(wait)
		}
		err = o.Approvals.Create(ctx, d.UserCode, a, now)
		if errors.Is(err, approvals.ErrTaken) && state == sessionv1alpha1.ApprovalDenied {
			err = o.Approvals.Decide(ctx, a, now)
		}
	}
	if errors.Is(err, approvals.ErrTaken) {
		return errTaken
	}
	return httpx.UnavailableIf(err)
}

// take counts one code or link of a user.
func (o *Outcome) take(subject string, now time.Time) time.Duration {
	return o.Limiter.Take(now, limits.Share{Kind: "user", Key: subject, Budget: decisions})
}

// note is a page that leads nowhere.
func note(title, message texts.Text) flow.Answer {
	return flow.Answer{Page: ui.Note{Title: title, Message: message}, Status: http.StatusOK}
}

func tooMany(wait time.Duration) error {
	return httpx.Spent(http.StatusTooManyRequests, wait, "You tried too many codes. Wait some seconds, then try again.")
}

// What is wrong with a code, for its user. The device is not told: it waits until its code
// expires.
var (
	errTaken   = flow.Forbidden("This code is in use already, or has expired. Start again on the device.")
	errExpired = flow.Forbidden("The code has expired. Start again on the device.")
)
