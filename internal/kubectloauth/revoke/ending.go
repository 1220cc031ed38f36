package revoke

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/grantor-dev/grantor/internal/kubectloauth/sessions"
)

const (
	// parallel is how many objects are ended at the same time.
	parallel = 8
	// settle is how long a request that read a Login or a Consent before it ended may take to
	// make a Grant.
	settle = time.Second
)

// ending ends sessions.
type ending struct {
	sessions.Reader
	users  sessions.Users
	out    *printer
	dryRun bool
}

// named ends Grants by their names.
func (e *ending) named(ctx context.Context, names []string) {
	for _, name := range names {
		s, err := e.Get(ctx, sessions.Grants, name)
		if err != nil {
			e.out.notFound(name, err)
			continue
		}
		if s.Over() {
			e.out.already(s)
			continue
		}
		e.end(ctx, s)
	}
}

// selected ends all that are selected, kind by kind, and what was made meanwhile.
func (e *ending) selected(ctx context.Context, kinds []*sessions.Kind, are func(sessions.Session) bool) error {
	live := func(s sessions.Session) bool { return are(s) && !s.Over() }
	var errs []error
	for _, kind := range kinds {
		errs = append(errs, e.all(ctx, kind, live))
	}
	if e.dryRun || e.out.ended() == 0 {
		return errors.Join(errs...)
	}
	select {
	case <-ctx.Done():
		return errors.Join(append(errs, ctx.Err())...)
	case <-time.After(settle):
	}
	return errors.Join(append(errs, e.all(ctx, sessions.Grants, func(s sessions.Session) bool { return live(s) && !e.out.failedBefore(s) }))...)
}

func (e *ending) all(ctx context.Context, kind *sessions.Kind, selected func(sessions.Session) bool) error {
	found, err := e.List(ctx, kind, selected)
	if err != nil {
		return err
	}
	var group errgroup.Group
	group.SetLimit(parallel)
	for _, s := range found {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			e.end(ctx, s)
			return nil
		})
	}
	return group.Wait()
}

func (e *ending) end(ctx context.Context, s sessions.Session) {
	if !e.dryRun {
		if err := e.End(ctx, s); err != nil {
			e.out.failed(s, err)
			return
		}
	}
	e.out.done(s, e.users.Name(s))
}
