package oauthtoken

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/builder"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/outcome"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/plan"
)

// Handover is a code that a person handed over.
type Handover struct {
	// ID tells handovers apart. The code of one is sent once at most.
	ID string
	// Code, Verifier and RedirectURI go into the token request; there may be no verifier.
	Code, Verifier, RedirectURI string
	// Person is the username of who authorized, UserUID the UID of the OAuthUser, and At when.
	Person, UserUID string
	At              time.Time
}

// Handovers finds codes that people handed over.
type Handovers interface {
	// Next returns the newest handover for an OAuthToken that still counts, nil if there is
	// none. status.provider is where its code would be sent.
	Next(ctx context.Context, token *oauthv1alpha1.OAuthToken) (*Handover, error)
	// Taken says that a handover was spent. It may be said again.
	Taken(ctx context.Context, token *oauthv1alpha1.OAuthToken, id string) error
	// Setup adds what brings reconciles of OAuthTokens when people hand over codes.
	Setup(builder *builder.Builder) *builder.Builder
}

// handover returns the code that a person handed over, nil if there is none.
func (r *Reconciler) handover(ctx context.Context, p *pass) (*Handover, error) {
	if r.Handovers == nil || p.Spec.Grant != oauthv1alpha1.TokenGrantAuthorizationCode {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	// A code is for the provider that the person saw, which may not be the present one.
	p.Status.Provider = p.source.Status(p.Spec.Grant)
	found, err := r.Handovers.Next(ctx, p.OAuthToken)
	if err != nil {
		return nil, fmt.Errorf("find a code: %w", err)
	}
	if found != nil && found.ID == p.state.Handover {
		// A crash came between the two writes.
		return nil, r.Handovers.Taken(ctx, p.OAuthToken, found.ID)
	}
	return found, nil
}

// left returns the handover if it was not spent.
func (r *Reconciler) left(p *pass, handover *Handover) *Handover {
	if handover == nil || handover.ID == p.state.Handover {
		return nil
	}
	return handover
}

// abandon spends a handover without its code.
func (r *Reconciler) abandon(ctx context.Context, p *pass, handover *Handover, why error) error {
	if err := r.store(ctx, p, outcome.Abandoned(handover.ID, p.source.Fingerprint, why)); err != nil {
		return err
	}
	p.memory.Succeeded()
	r.Events.Eventf(p.OAuthToken, nil, corev1.EventTypeWarning, oauthv1alpha1.ReasonCodeNotRedeemed, "Authorize",
		"The code that a person handed over was not redeemed: %s. The person has to authorize again", why)
	return r.Handovers.Taken(ctx, p.OAuthToken, handover.ID)
}

func (r *Reconciler) taken(ctx context.Context, p *pass, handover *Handover, how plan.Step) error {
	if how != plan.Redeem {
		return nil
	}
	r.Events.Eventf(p.OAuthToken, nil, corev1.EventTypeNormal, oauthv1alpha1.ReasonAuthorized, "Authorize", "A person authorized the token")
	// The token is shown before the handover is done with.
	if err := r.show(ctx, p); err != nil {
		return err
	}
	return r.Handovers.Taken(ctx, p.OAuthToken, handover.ID)
}
