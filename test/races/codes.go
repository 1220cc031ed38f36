package races

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/grantor-dev/grantor/test/installation"
)

// Codes lets Ways redemptions of one code meet. Every one that is right is a use of
// the code, so if there are two, nothing of the Grant may be left; those that are
// wrong change nothing. right is how many are.
func (a *Arena) Codes(ctx context.Context, right int) error {
	code, verifier, err := a.code(ctx)
	if err != nil {
		return err
	}
	answers, err := together(func(i int) (installation.Answer, error) {
		if i < right {
			return a.ask(ctx, i, a.App, a.redemption(code, verifier))
		}
		return a.wrong(ctx, i, code, verifier)
	})
	if err != nil {
		return err
	}
	o, err := count(answers)
	if err != nil {
		return err
	}
	if len(o.successes) > 1 || len(o.successes) < min(right, 1) {
		return fmt.Errorf("%d of %d right redemptions got tokens", len(o.successes), right)
	}
	for i := right; i < Ways; i++ {
		if answers[i].Status < 400 {
			return fmt.Errorf("redemption %d is wrong, and got tokens", i)
		}
	}
	switch right {
	case 0:
		return a.stillGood(ctx, code, verifier)
	case 1:
		return a.counts(ctx, o.successes[0].access, true)
	}
	return a.dead(ctx, o.successes[0])
}

// wrong sends a redemption that must not have any effect.
func (a *Arena) wrong(ctx context.Context, i int, code, verifier string) (installation.Answer, error) {
	form, app := a.redemption(code, verifier), a.App
	if Spoil(form, i) {
		app = a.Other
	}
	return a.ask(ctx, i, app, form)
}

// Spoil makes a redemption wrong in one of four ways. In one of them it stays as it is, and
// another client must send it.
func Spoil(redemption url.Values, way int) (byAnother bool) {
	switch way % 4 {
	case 0:
		other, _ := installation.Verifier()
		redemption.Set("code_verifier", other)
	case 1:
		return true
	case 2:
		redemption.Del("code_verifier")
	default:
		redemption.Set("redirect_uri", redemption.Get("redirect_uri")+"/elsewhere")
	}
	return false
}

// stillGood returns an error unless the code gives tokens that count.
func (a *Arena) stillGood(ctx context.Context, code, verifier string) error {
	answer, err := a.ask(ctx, 0, a.App, a.redemption(code, verifier))
	if err != nil {
		return err
	}
	got := tokensOf(answer)
	if got.access == "" {
		return errors.New("a code that only others tried is not good any more: " + answer.Body)
	}
	return a.counts(ctx, got.access, true)
}
