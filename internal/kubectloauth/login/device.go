package login

import (
	"errors"
	"fmt"
	"io"

	"github.com/grantor-dev/grantor/internal/check"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cache"
)

// signInElsewhere lets the user sign in with a browser of another machine (RFC 8628), and
// returns the tokens.
func (c *command) signInElsewhere(p *provider, messages io.Writer) (cache.Tokens, error) {
	if p.config.Endpoint.DeviceAuthURL == "" {
		return cache.Tokens{}, errors.New("sign in: the server has no device authorization endpoint; leave --device out")
	}
	begun, err := p.config.DeviceAuth(p.ctx, c.audience()...)
	if err != nil {
		return cache.Tokens{}, fmt.Errorf("sign in: %w", check.Refusal(err))
	}
	text := fmt.Sprintf("Open %s and type the code %s", begun.VerificationURI, begun.UserCode)
	if begun.VerificationURIComplete != "" {
		text = fmt.Sprintf("Open %s and compare the code %s", begun.VerificationURIComplete, begun.UserCode)
	}
	if _, err := fmt.Fprintln(messages, text); err != nil {
		return cache.Tokens{}, err
	}
	token, err := p.config.DeviceAccessToken(p.ctx, begun)
	tokens, err := p.tokens(token, err, "")
	switch {
	case p.ctx.Err() != nil:
		return cache.Tokens{}, errTooLate
	case err != nil:
		return cache.Tokens{}, fmt.Errorf("sign in: %w", err)
	}
	return tokens, nil
}
