package account

import (
	"context"
	"time"

	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/httpx"
)

// Withdrawal is what a client asks for with the token of a user.
type Withdrawal struct {
	// Subject is the user, By the client, and Of the client that the user allowed something.
	Subject string
	By, Of  audit.Client
	// ClientUIDs are the UIDs by which that is stored.
	ClientUIDs []string
}

// Withdraw ends all that a user has allowed a client, as the form of the page does, for a
// program that acts for the user. It returns an httpx.Error.
func (s *Service) Withdraw(ctx context.Context, w Withdrawal) error {
	event, err := audit.Event{Decision: audit.Withdrawal, Subject: w.Subject, Client: w.By, Ended: w.Of}, s.list(w.Subject)
	for _, uid := range w.ClientUIDs {
		if err == nil {
			err = s.withdraw(ctx, w.Subject, uid)
		}
	}
	if err != nil {
		event.Refused = httpx.CodeOf(err)
	}
	audit.Record(ctx, event)
	return err
}

// again is how long after a withdrawal the server looks for Grants once more: one
// that was being created when it looked first is seen then.
const again = time.Second

// withdraw ends all that a user has allowed a client: first the consent and what devices
// were allowed, so that no code that was issued before gives anything, then the Grants.
func (s *Service) withdraw(ctx context.Context, subject, clientUID string) error {
	if err := s.Consents.Withdraw(ctx, subject, clientUID, s.Now()); err != nil {
		return httpx.Unavailable(err)
	}
	if err := s.Approvals.Deny(ctx, subject, clientUID); err != nil {
		return httpx.Unavailable(err)
	}
	if err := s.endGrants(ctx, subject, clientUID); err != nil {
		return err
	}
	pause := time.NewTimer(again)
	defer pause.Stop()
	select {
	case <-ctx.Done():
	case <-pause.C:
	}
	return s.endGrants(context.WithoutCancel(ctx), subject, clientUID)
}

func (s *Service) endGrants(ctx context.Context, subject, clientUID string) error {
	held, err := s.Grants.Of(ctx, subject)
	if err != nil {
		return httpx.Unavailable(err)
	}
	for _, grant := range held {
		if grant.ClientUID != clientUID {
			continue
		}
		if err := s.Grants.Revoke(ctx, grant.Name); err != nil {
			return httpx.Unavailable(err)
		}
	}
	return nil
}
