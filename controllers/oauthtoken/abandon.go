package oauthtoken

import (
	"context"
	"errors"

	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
)

// abandon spends a handover without its code. Tokens of an earlier one stay.
func (r *Reconciler) abandon(ctx context.Context, p *pass, handover *Handover, why error) error {
	issuedFor, reason := p.source.fingerprint, oauthv1alpha1.ReasonCodeNotRedeemed
	if errors.Is(why, errShort) {
		reason = oauthv1alpha1.ReasonLifetimeTooShort
	}
	err := r.store(ctx, p, func(s *state.State) effect {
		if s.Handover == handover.ID {
			return unwanted
		}
		s.Handover, s.Attempt = handover.ID, nil
		if s.Fingerprint != issuedFor || s.RefreshToken == "" && s.AccessToken == "" {
			s.Ended, s.EndedFor = reason, issuedFor
		}
		return noted
	})
	if err != nil {
		return err
	}
	p.memory.succeeded()
	r.Events.Eventf(p.OAuthToken, nil, corev1.EventTypeWarning, oauthv1alpha1.ReasonCodeNotRedeemed, "Authorize",
		"The code that a person handed over was not redeemed: %s. The person has to authorize again", why)
	return r.Handovers.Taken(ctx, p.OAuthToken, handover.ID)
}
