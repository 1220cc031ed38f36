package races

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/grantor-dev/grantor/test/installation"
)

// Pushed lets Ways codes of one pushed request (RFC 9126) be redeemed at once. One of them
// gives tokens, which count however many others were presented, until it is presented once
// more.
func (a *Arena) Pushed(ctx context.Context) error {
	to, verifier := a.App.AuthorizationURL(url.Values{"scope": {"openid offline_access read"}})
	asked, err := url.Parse(to)
	if err != nil {
		return err
	}
	answer, err := a.post(ctx, a.replica(0)+"/par", a.App, asked.Query())
	uri, _ := answer.JSON["request_uri"].(string)
	if err != nil || answer.Status != http.StatusCreated {
		return errors.Join(err, fmt.Errorf("/par answers %d %s", answer.Status, answer.Body))
	}
	var codes []string
	for i := range Ways {
		code, err := a.bring(ctx, i, uri)
		if err != nil {
			return err
		}
		codes = append(codes, code)
	}
	answers, err := together(func(i int) (installation.Answer, error) {
		return a.ask(ctx, i, a.App, a.redemption(codes[i], verifier))
	})
	if err != nil {
		return err
	}
	o, err := count(answers)
	if err != nil {
		return err
	}
	if len(o.successes) != 1 {
		return fmt.Errorf("%d of %d codes of one request got tokens", len(o.successes), Ways)
	}
	if err := a.counts(ctx, o.successes[0].access, true); err != nil {
		return err
	}
	for i, answer := range answers {
		if answer.Status != http.StatusOK {
			continue
		}
		again, err := a.ask(ctx, i+1, a.App, a.redemption(codes[i], verifier))
		if err := errors.Join(err, refused("the same code, once more,", again)); err != nil {
			return err
		}
	}
	return a.dead(ctx, o.successes[0])
}

// bring returns the code that a browser gets at a replica for a pushed request.
func (a *Arena) bring(ctx context.Context, replica int, uri string) (string, error) {
	to := a.replica(replica) + "/authorize?" + url.Values{"client_id": {a.App.ID}, "request_uri": {uri}}.Encode()
	return a.codeAt(ctx, to)
}
