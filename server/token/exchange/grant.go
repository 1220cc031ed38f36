package exchange

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/grantor-dev/grantor/internal/clientspec/workloads"
	"github.com/grantor-dev/grantor/server/assertions"
	"github.com/grantor-dev/grantor/server/clientauth"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/serviceaccounts"
	"github.com/grantor-dev/grantor/server/token"
	"github.com/grantor-dev/grantor/server/tokens"
)

// Issuers knows the keys of trusted issuers.
type Issuers interface {
	// SignedByIssuer reports whether a token was signed with a key of the issuer of a
	// workload.
	SignedByIssuer(ctx context.Context, workload *workloads.Federated, token *assertions.Assertion) (bool, error)
}

// ServiceAccounts knows tokens of ServiceAccounts.
type ServiceAccounts interface {
	// Review returns the username of the token, "" if the token is not authentic.
	Review(ctx context.Context, q serviceaccounts.Question) (string, error)
}

var (
	_ Issuers         = (*clientauth.Authenticator)(nil)
	_ ServiceAccounts = (*serviceaccounts.Reviewer)(nil)
)

// Grant is token exchange (RFC 8693).
type Grant struct {
	*tokens.Verifier

	Issuers         Issuers
	ServiceAccounts ServiceAccounts
	// Address returns where a request came from.
	Address func(r *http.Request) netip.Addr
	// Count counts the outcomes of requests, by the kind of the subject token; nil counts
	// nothing.
	Count func(subject string, granted bool)
}

var _ token.Grant = (*Grant)(nil)

// grantType is the grant_type of RFC 8693 section 2.1.
const grantType = "urn:ietf:params:oauth:grant-type:token-exchange"

// Type implements token.Grant.
func (*Grant) Type() string { return grantType }

// Authorize implements token.Grant.
func (g *Grant) Authorize(ctx context.Context, request token.Request) (token.Issue, error) {
	issue, kind, err := g.authorize(ctx, request)
	if g.Count != nil {
		g.Count(kind, err == nil)
	}
	return issue, err
}

// authorize also returns the kind of the subject token.
func (g *Grant) authorize(ctx context.Context, request token.Request) (token.Issue, string, error) {
	client, form := request.Client, request.Form
	issuedType, err := requestedType(client, form)
	if err != nil {
		return token.Issue{}, kindUnknown, err
	}
	target, err := targetOf(client, form)
	if err != nil {
		return token.Issue{}, kindUnknown, err
	}
	s, kind, err := g.subject(ctx, request)
	if err != nil {
		return token.Issue{}, kind, err
	}
	content, err := g.content(request, s, target)
	if err != nil {
		return token.Issue{}, kind, err
	}
	return token.Issue{Content: content, IssuedTokenType: issuedType, SubjectClient: s.client, SubjectAudiences: s.audiences}, kind, nil
}

// content returns what a client gets for a target in exchange for an accepted subject token.
func (g *Grant) content(request token.Request, s *subject, target []string) (tokens.Content, error) {
	for _, rule := range rules {
		if err := rule(g, request, s, target); err != nil {
			return tokens.Content{}, err
		}
	}
	scopes, err := narrowed(request.Client, s, target, tokens.Scopes(request.Form.Get("scope")))
	if err != nil {
		return tokens.Content{}, err
	}
	kept, err := g.kept(request.Client, s, target, scopes)
	return tokens.Content{Scopes: scopes, Audiences: target, Grant: s.grant, User: s.user, Exchanged: kept}, err
}

// kept returns what the new token keeps of its subject token.
func (g *Grant) kept(client *clients.Client, s *subject, target, scopes []string) (*tokens.Exchanged, error) {
	kept := &tokens.Exchanged{
		Chain:   tokens.Chain{Exchanges: len(s.hops), Hops: tokens.Bearing(s.hops, scopes), From: s.from, Began: s.began.Unix()},
		Subject: s.sub, Actor: s.actor, Until: s.until,
	}
	if !client.Exchange().OmitActor {
		kept.Actor = tokens.ActorOf(client, s.actor)
	}
	if s.grant == nil {
		return kept, nil
	}
	var err error
	kept.Subject, err = g.ExchangedSubject(client, target, s.grant.Subject)
	return kept, err
}
