package secondfactor

import (
	"context"
	"errors"

	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/logins"
)

// Note adds methods of a second factor to the Login of a browser. It is one write. It returns
// ErrElsewhere if the Login is not as it was.
func Note(ctx context.Context, v *flow.Visit, in *logins.Store, methods []string) error {
	login, err := in.StepUp(ctx, v.Login, v.Login.With(methods))
	if errors.Is(err, storage.ErrConflict) || errors.Is(err, storage.ErrNotFound) {
		return ErrElsewhere
	}
	if err != nil {
		return httpx.Unavailable(err)
	}
	return v.StepUp(login)
}
