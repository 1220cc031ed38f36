package oauthtoken

import (
	"context"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/builder"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
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
