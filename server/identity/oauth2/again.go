package oauth2

import (
	"context"
	"errors"

	"golang.org/x/oauth2"

	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// Asks reports whether the server can be asked again: it gave a refresh token, or an access
// token that does not expire.
func (p *Provider) Asks(known upstream.Account) bool { return known.RefreshToken != "" }

// Again implements upstream.Connector.
func (p *Provider) Again(ctx context.Context, known upstream.Account) (upstream.Account, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	k, err := unpack(known.RefreshToken)
	if err != nil {
		return upstream.Account{}, err
	}
	refreshed := k.expired(p.now())
	if refreshed {
		if k, err = p.refresh(ctx, k); err != nil {
			return upstream.Account{}, err
		}
	}
	account, err := p.profile.account(ctx, p.asker, k.Access)
	if errors.Is(err, upstream.ErrGone) && !refreshed && k.Refresh != "" {
		// It ended earlier than the server said, if it said when.
		refreshed = true
		if k, err = p.refresh(ctx, k); err != nil {
			return upstream.Account{}, err
		}
		account, err = p.profile.account(ctx, p.asker, k.Access)
	}
	switch {
	case err == nil && account.ID != known.ID:
		// The token now belongs to another user.
		return upstream.Account{}, upstream.ErrGone
	case err == nil:
		account.RefreshToken = k.text()
		return account, nil
	case refreshed && !errors.Is(err, upstream.ErrGone):
		// The old refresh token may be spent.
		known.RefreshToken = k.text()
		return known, err
	}
	return upstream.Account{}, err
}

// refresh returns new tokens.
func (p *Provider) refresh(ctx context.Context, old kept) (kept, error) {
	// Without an access token, the library always refreshes.
	token, err := p.client.TokenSource(p.asker.through(ctx), &oauth2.Token{RefreshToken: old.Refresh}).Token()
	if err != nil {
		return kept{}, tokenError(err)
	}
	fresh := keptOf(token)
	if fresh.Refresh == "" {
		fresh.Refresh = old.Refresh
	}
	return fresh, nil
}
