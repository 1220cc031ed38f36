package provider

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ory/fosite"

	"github.com/grantor-dev/grantor/server/httpx"
)

// newConfig sets every field that fosite's getters would otherwise fill in on
// first use, where concurrent requests race.
func newConfig(authenticate fosite.ClientAuthenticationStrategy, handlers fosite.TokenEndpointHandlers) *fosite.Config {
	return &fosite.Config{
		AccessTokenLifespan:          15 * time.Minute,
		ScopeStrategy:                fosite.ExactScopeStrategy,
		AudienceMatchingStrategy:     exactAudiences,
		ClientAuthenticationStrategy: authenticate,
		ClientSecretsHasher:          refuseHasher{},
		TokenEndpointHandlers:        handlers,
		SendDebugMessagesToClients:   false,
	}
}

// exactAudiences accepts audiences that the client has, byte for byte. fosite's
// own strategy takes any URL below a registered one, and its lists ignore case.
func exactAudiences(allowed, requested []string) error {
	for _, audience := range requested {
		if !slices.Contains(allowed, audience) {
			return errInvalidTarget
		}
	}
	return nil
}

// errInvalidTarget is the error of RFC 8707 section 2.
var errInvalidTarget = &fosite.RFC6749Error{
	ErrorField:       httpx.CodeInvalidTarget,
	DescriptionField: "The client may not ask for one of the requested audiences.",
	CodeField:        400,
}

// refuseHasher makes sure that fosite never compares a secret by itself.
type refuseHasher struct{}

var _ fosite.Hasher = refuseHasher{}

// Compare implements fosite.Hasher.
func (refuseHasher) Compare(context.Context, []byte, []byte) error { return fosite.ErrInvalidClient }

// Hash implements fosite.Hasher.
func (refuseHasher) Hash(context.Context, []byte) ([]byte, error) {
	return nil, fosite.ErrServerError
}

func join(values []string) string { return strings.Join(values, " ") }
