package login

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/oauth2"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cache"
)

// margin is how long a token must still be valid to be used.
const margin = 20 * time.Second

// run prints a token that is valid for a while.
func (c *command) run(ctx context.Context, out, messages io.Writer) error {
	identity := append([]string{c.issuer, c.clientID}, c.scopes...)
	file, err := cache.Open(c.cacheDir, append(append(identity, "audiences"), c.audiences...)...)
	if err != nil {
		return err
	}
	tokens := file.Load()
	if !c.usable(tokens, time.Now()) {
		if tokens, err = c.renew(ctx, file, messages); err != nil {
			return err
		}
	}
	return c.write(out, tokens)
}

// usable reports whether the token that is printed is there, and valid for a while.
func (c *command) usable(tokens cache.Tokens, now time.Time) bool {
	token, expiry := c.chosen(tokens)
	return token != "" && now.Add(margin).Before(expiry)
}

// chosen returns the token that is printed.
func (c *command) chosen(tokens cache.Tokens) (token string, expiry time.Time) {
	if c.print == printID {
		return tokens.IDToken, tokens.IDTokenExpiry
	}
	return tokens.AccessToken, tokens.AccessTokenExpiry
}

// renew refreshes or signs in, in one process at a time: the others find what it stored.
func (c *command) renew(ctx context.Context, file *cache.File, messages io.Writer) (cache.Tokens, error) {
	unlock, err := file.Lock(ctx)
	if err != nil {
		return cache.Tokens{}, err
	}
	defer unlock()
	old := file.Load()
	if c.usable(old, time.Now()) {
		return old, nil
	}
	p, err := c.discover(ctx)
	if err != nil {
		return cache.Tokens{}, err
	}
	tokens, err := c.refresh(p, old)
	if errors.Is(err, errSessionEnded) {
		if c.device {
			tokens, err = c.signInElsewhere(p, messages)
		} else {
			tokens, err = c.signIn(p, messages)
		}
	}
	if err != nil {
		return cache.Tokens{}, err
	}
	if token, _ := c.chosen(tokens); token == "" {
		return cache.Tokens{}, fmt.Errorf("the server gave no %s; ask for the scope openid", c.print)
	}
	return tokens, file.Store(tokens)
}

var (
	// errSessionEnded says that only the user can go on.
	errSessionEnded = errors.New("the session has ended")
	errTooLate      = errors.New("sign in: it was not completed in time; see --timeout")
)

// refresh returns the next tokens, of the same user.
func (c *command) refresh(p *provider, old cache.Tokens) (cache.Tokens, error) {
	if old.RefreshToken == "" {
		return cache.Tokens{}, errSessionEnded
	}
	answer, err := p.config.TokenSource(p.ctx, &oauth2.Token{RefreshToken: old.RefreshToken}).Token()
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.ErrorCode == "invalid_grant" {
		return cache.Tokens{}, errSessionEnded
	}
	tokens, err := p.tokens(answer, err, "")
	if err != nil {
		return cache.Tokens{}, fmt.Errorf("refresh: %w", err)
	}
	if tokens.Subject != "" && tokens.Subject != old.Subject {
		return cache.Tokens{}, errors.New("refresh: the tokens are of another user")
	}
	return tokens, nil
}
