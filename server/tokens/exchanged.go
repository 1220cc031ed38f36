package tokens

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/subjects"
)

// Actor is who acts for the subject of a token, and for whom it acts (RFC 8693 section 4.1).
type Actor struct {
	Subject string `json:"sub"`
	Actor   *Actor `json:"act,omitempty"`
}

// ActorOf returns a client as an actor that acts for another; nil for none.
func ActorOf(client *clients.Client, former *Actor) *Actor {
	return &Actor{Subject: "client:" + client.GetID(), Actor: former}
}

// Exchanged is what a token keeps of the one that it was exchanged for.
type Exchanged struct {
	Chain

	// Subject is the sub.
	Subject string
	Actor   *Actor
	// Until is when the token that it was exchanged for expires.
	Until time.Time
}

// lifetime returns how long an exchanged token lives that could live for some time.
func (x *Exchanged) lifetime(most time.Duration, now time.Time) time.Duration {
	return min(most, x.Until.Sub(now.Truncate(time.Second)))
}

// fill adds to claims what is kept.
func (x *Exchanged) fill(claims *AccessClaims) {
	claims.Subject, claims.Actor, claims.Chain = x.Subject, x.Actor, x.Chain
}

// What the sub of a workload begins with, before a colon.
const (
	SubjectServiceAccount = "serviceaccount"
	SubjectWorkload       = "workload"
)

// JWTs reports whether the access tokens of a client are JWTs.
func JWTs(client *clients.Client) bool {
	return client.Tokens().AccessFormat != oauthv1alpha1.AccessTokenOpaque
}

// IsJWT reports whether an access token of this server is a JWT.
func IsJWT(token string) bool { return !strings.HasPrefix(token, opaquePrefix) }

// ExchangedSubject returns the sub of a user in a token that a client got in exchange: by
// which the client knows the user, or else the client that is the audience does, if that one
// is to be told from others. It is never what the exchanged token had as sub, which may be
// pairwise for another client.
func (v *Verifier) ExchangedSubject(client *clients.Client, audiences []string, subject string) (string, error) {
	set, err := v.Keys.Current()
	if err != nil {
		return "", httpx.Unavailable(err)
	}
	viewer, err := v.viewer(client, audiences)
	if err != nil {
		return "", err
	}
	sub, err := subjects.For(set, viewer, subject)
	return sub, httpx.UnavailableIf(err)
}

// viewer returns the client by whose sub a token names its user.
func (v *Verifier) viewer(client *clients.Client, audiences []string) (*clients.Client, error) {
	if client.People().Pairwise {
		return client, nil
	}
	for _, audience := range audiences {
		target, err := v.Clients.Client(audience)
		if err != nil {
			return nil, httpx.Unavailable(err)
		}
		if target != nil && target.People().Pairwise {
			return target, nil
		}
	}
	return client, nil
}

// names reports whether the sub of an exchanged token is that of a user.
func (v *Verifier) names(set *keys.Set, client *clients.Client, claims *AccessClaims, subject string) (bool, error) {
	if subjects.Is(set, client, claims.Subject, subject) {
		return true, nil
	}
	viewer, err := v.viewer(client, claims.Audience)
	return err == nil && subjects.Is(set, viewer, claims.Subject, subject), err
}

// authorizedExchanged returns the authorization of an exchanged token of a user, nil if it
// does not count any more: because of the client and the user of the Grant that the first of
// its tokens was issued for, or of a client that exchanged it.
func (v *Verifier) authorizedExchanged(ctx context.Context, client *clients.Client, claims *AccessClaims) (*Authorization, error) {
	authorization, err := v.OfGrant(ctx, claims.Grant)
	if authorization == nil {
		return nil, err
	}
	set, err := v.Keys.Current()
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	named, err := v.names(set, client, claims, authorization.Grant.Subject)
	if err != nil || !named {
		return nil, err
	}
	if counts, err := v.follow(claims, authorization); err != nil || !counts {
		return nil, err
	}
	if revoked, err := v.revoked(ctx, claims); err != nil || revoked {
		return nil, err
	}
	return &Authorization{Client: client, User: authorization.User, Grant: authorization.Grant}, nil
}

// OfGrant returns the authorization of the client of a Grant, nil if it does not count any
// more.
func (v *Verifier) OfGrant(ctx context.Context, name string) (*Authorization, error) {
	g, err := v.Grants.Find(ctx, name)
	if errors.Is(err, grants.ErrGone) || errors.Is(err, grants.ErrVoid) {
		return nil, nil //nolint:nilnil // that it does not count is an answer
	}
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	client, err := v.Clients.Client(g.ClientID)
	if err != nil || client == nil || g.Revoked {
		return nil, httpx.UnavailableIf(err)
	}
	user, err := v.honoured(ctx, client, g, g.IssuedAt)
	if err != nil || user == nil {
		return nil, err
	}
	return &Authorization{Client: client, User: user, Grant: g}, nil
}

// revoked reports whether a token, or one that it was exchanged for, was revoked. All are
// looked for at once.
func (v *Verifier) revoked(ctx context.Context, claims *AccessClaims) (bool, error) {
	if len(claims.From) == 0 {
		revoked, err := v.Revocations.Revoked(ctx, claims.ID)
		return revoked, httpx.UnavailableIf(err)
	}
	var found atomic.Bool
	all, ctx := errgroup.WithContext(ctx)
	for _, id := range append(slices.Clone(claims.From), claims.ID) {
		all.Go(func() error {
			revoked, err := v.Revocations.Revoked(ctx, id)
			if revoked {
				found.Store(true)
			}
			return err
		})
	}
	if err := all.Wait(); err != nil && !found.Load() {
		return false, httpx.Unavailable(err)
	}
	return found.Load(), nil
}
