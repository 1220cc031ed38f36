package authorization

import (
	"context"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/authorization/steps"
	"github.com/grantor-dev/grantor/server/identity"
)

// demand returns what an interaction demands. A server without second factors grants no wish.
func (s *Service) demand(i *Interaction) steps.Demand {
	mode := s.Settings().SecondFactor
	switch {
	case mode == oauthv1alpha1.SecondFactorRequire:
		return steps.DemandFactor
	case i.Request == nil:
		return steps.DemandNothing
	case i.Client.People().SecondFactor, i.Request.Assurance == request.AssuranceFactor:
		return steps.DemandFactor
	case i.Request.Assurance == request.AssuranceWish && mode != oauthv1alpha1.SecondFactorOff:
		return steps.DemandWish
	}
	return steps.DemandNothing
}

// asksFactor reports whether a user who has just been authenticated has to give a second
// factor. It is one live read, and none where users have no second factors. Where a client
// demands one nevertheless, the next step refuses.
func (s *Service) asksFactor(ctx context.Context, i *Interaction, who *identity.Authentication) (bool, error) {
	if s.Settings().SecondFactor == oauthv1alpha1.SecondFactorOff || who.SecondFactor() {
		return false, nil
	}
	e, err := s.Factors.Find(ctx, who.Person)
	if err != nil {
		return false, err
	}
	return e.HasFactor() || s.demand(i) == steps.DemandFactor, nil
}
