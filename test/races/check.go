package races

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/grantor-dev/grantor/test/installation"
)

// refused returns an error unless the answer is invalid_grant.
func refused(what string, answer installation.Answer) error {
	if answer.Status != http.StatusBadRequest || answer.Code() != "invalid_grant" {
		return fmt.Errorf("%s answers %d %s", what, answer.Status, answer.Body)
	}
	return nil
}

// counts reports at each replica whether the access token does.
func (a *Arena) counts(ctx context.Context, token string, want bool) error {
	var errs []error
	for i := range a.Replicas {
		answer, err := a.post(ctx, a.replica(i)+"/introspect", a.App, url.Values{"token": {token}})
		if err == nil && answer.JSON["active"] != want {
			err = fmt.Errorf("replica %d introspects %d %s instead of active=%t", i, answer.Status, answer.Body, want)
		}
		request, err2 := http.NewRequestWithContext(ctx, http.MethodGet, a.replica(i)+"/userinfo", http.NoBody)
		if err2 != nil {
			return err2
		}
		request.Header.Set("Authorization", "Bearer "+token)
		info, err2 := a.send(request)
		if err2 == nil && info.Status != map[bool]int{true: http.StatusOK, false: http.StatusUnauthorized}[want] {
			err2 = fmt.Errorf("replica %d answers userinfo with %d %s", i, info.Status, info.Body)
		}
		errs = append(errs, err, err2)
	}
	return errors.Join(errs...)
}

// dead returns an error if anything of a Grant still counts anywhere.
func (a *Arena) dead(ctx context.Context, of tokens) error {
	errs := []error{a.counts(ctx, of.access, false)}
	for i := range a.Replicas {
		answer, err := a.ask(ctx, i, a.App, refreshing(of.refresh))
		if err == nil {
			err = refused(fmt.Sprintf("a refresh of what was revoked, at replica %d,", i), answer)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// outcome is what the answers of a race were.
type outcome struct {
	// successes are the answers with 200.
	successes []tokens
	refused   int
}

// count sorts answers. Anything but a success and invalid_grant is an error.
func count(answers []installation.Answer) (o outcome, err error) {
	var errs []error
	for i, answer := range answers {
		if answer.Status == http.StatusOK {
			o.successes = append(o.successes, tokensOf(answer))
			continue
		}
		o.refused++
		errs = append(errs, refused(fmt.Sprintf("request %d", i), answer))
	}
	return o, errors.Join(errs...)
}

// oneSuccessor returns what all successes have, and an error if they differ.
func (o outcome) oneSuccessor(former string) (tokens, error) {
	if len(o.successes) == 0 {
		return tokens{}, errors.New("nobody got tokens")
	}
	for _, got := range o.successes {
		if got.refresh != o.successes[0].refresh || got.refresh == former || got.access == "" {
			return tokens{}, errors.New("there are two successors of one refresh token, or none")
		}
	}
	return o.successes[0], nil
}
