package races

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// Refreshes lets Ways refreshes with one token meet, round after round. All get the
// same successor, and exactly one write was done.
func (a *Arena) Refreshes(ctx context.Context, rounds int) error {
	now, err := a.family(ctx)
	if err != nil {
		return err
	}
	for range rounds {
		former := now
		answers, err := together(func(i int) (installation.Answer, error) { return a.ask(ctx, i, a.App, refreshing(former.refresh)) })
		if err != nil {
			return err
		}
		if now, err = a.advanced(ctx, former, answers); err != nil {
			return err
		}
	}
	return a.counts(ctx, now.access, true)
}

// Strangers lets another client present the same refresh token at the same time,
// which changes nothing.
func (a *Arena) Strangers(ctx context.Context) error {
	former, err := a.family(ctx)
	if err != nil {
		return err
	}
	answers, err := together(func(i int) (installation.Answer, error) {
		if i%2 == 1 {
			return a.ask(ctx, i/2, a.Other, refreshing(former.refresh))
		}
		return a.ask(ctx, i/2, a.App, refreshing(former.refresh))
	})
	if err != nil {
		return err
	}
	var own []installation.Answer
	for i, answer := range answers {
		if i%2 == 0 {
			own = append(own, answer)
		} else if err := refused("another client's refresh", answer); err != nil {
			return err
		}
	}
	now, err := a.advanced(ctx, former, own)
	if err != nil {
		return err
	}
	return a.counts(ctx, now.access, true)
}

// advanced returns the tokens after a race of refreshes, all of which must have got
// the same, and checks that the Grant is one write and one generation on.
func (a *Arena) advanced(ctx context.Context, former tokens, answers []installation.Answer) (tokens, error) {
	o, err := count(answers)
	if err != nil {
		return tokens{}, err
	}
	if o.refused > 0 {
		return tokens{}, fmt.Errorf("%d refreshes were refused", o.refused)
	}
	now, err := o.oneSuccessor(former.refresh)
	if err != nil {
		return tokens{}, err
	}
	g, err := a.stored(ctx, now.refresh)
	if err != nil {
		return tokens{}, err
	}
	// The API server counts the writes that changed a spec, and each write does.
	if want := generationOf(former.refresh) + 1; g.Spec.Generation != want || g.Generation != want || g.Spec.State != sessionv1alpha1.GrantActive {
		return tokens{}, fmt.Errorf("after generation %d the Grant has generation %d, state %s and %d writes", want-1, g.Spec.Generation, g.Spec.State, g.Generation)
	}
	answer, err := a.ask(ctx, 1, a.App, refreshing(former.refresh))
	if err == nil && tokensOf(answer).refresh != now.refresh {
		err = fmt.Errorf("the old token, once more, answers %d", answer.Status)
	}
	return now, err
}

func generationOf(token string) (n int64) {
	var name string
	_, _ = fmt.Sscanf(token, "grt_%32s.%d.", &name, &n)
	return n
}

// Revocations lets revocations meet refreshes. Once one was answered, nothing of the
// Grant counts anywhere.
func (a *Arena) Revocations(ctx context.Context) error {
	former, err := a.family(ctx)
	if err != nil {
		return err
	}
	answers, err := together(func(i int) (installation.Answer, error) {
		if i%8 == 4 {
			return a.post(ctx, a.replica(i)+"/revoke", a.App, map[string][]string{"token": {former.refresh}})
		}
		return a.ask(ctx, i, a.App, refreshing(former.refresh))
	})
	if err != nil {
		return err
	}
	var refreshes []installation.Answer
	for i, answer := range answers {
		if i%8 != 4 {
			refreshes = append(refreshes, answer)
		} else if answer.Status != http.StatusOK {
			return fmt.Errorf("a revocation answers %d %s", answer.Status, answer.Body)
		}
	}
	o, err := count(refreshes)
	if err != nil {
		return err
	}
	if len(o.successes) > 0 {
		if former, err = o.oneSuccessor(former.refresh); err != nil {
			return err
		}
	}
	return a.dead(ctx, former)
}

// Generations lets the current token of a Grant meet the one before it, which is
// within its grace until the current one is used, and after that shows that two
// parties hold tokens. So either all is well or nothing is left.
func (a *Arena) Generations(ctx context.Context) error {
	first, err := a.family(ctx)
	if err != nil {
		return err
	}
	answer, err := a.ask(ctx, 0, a.App, refreshing(first.refresh))
	if err != nil {
		return err
	}
	second := tokensOf(answer)
	answers, err := together(func(i int) (installation.Answer, error) {
		return a.ask(ctx, i/2, a.App, refreshing([]string{first.refresh, second.refresh}[i%2]))
	})
	if err != nil {
		return err
	}
	o, err := count(answers)
	if err != nil {
		return err
	}
	var last tokens
	for i, answer := range answers {
		got := tokensOf(answer)
		if answer.Status == http.StatusOK && generationOf(got.refresh) != int64(2+i%2) {
			return fmt.Errorf("generation %d got %d", 1+i%2, generationOf(got.refresh))
		}
		if i%2 == 1 && answer.Status == http.StatusOK {
			if last.refresh != "" && last.refresh != got.refresh {
				return errors.New("there are two successors of one refresh token")
			}
			last = got
		}
	}
	if o.refused > 0 {
		if last.refresh == "" {
			last = second
		}
		return a.dead(ctx, last)
	}
	return a.counts(ctx, last.access, true)
}
