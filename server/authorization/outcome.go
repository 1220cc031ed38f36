package authorization

import (
	"context"

	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
)

// Outcome is what an interaction ends in: a code that the browser takes to the
// application.
type Outcome interface {
	// Allow gives the application what the user allows. An error that is meant for the
	// application is an httpx.Error below 500; it has changed nothing.
	Allow(ctx context.Context, i *Interaction) (flow.Answer, error)
	// Refuse gives the application an error.
	Refuse(ctx context.Context, i *Interaction, refusal *httpx.Error) flow.Answer
	// CancelURI leads back to the application without signing in; empty if nothing does.
	CancelURI(i *Interaction) string
}
