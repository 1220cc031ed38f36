package exchange

import (
	"context"
	"math"
	"strings"
	"time"
	"unicode"

	"github.com/grantor-dev/grantor/server/assertions"
	"github.com/grantor-dev/grantor/server/clientauth"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/serviceaccounts"
	"github.com/grantor-dev/grantor/server/token"
	"github.com/grantor-dev/grantor/server/tokens"
)

// maxSubject is the length of the longest sub of a workload.
const maxSubject = 512

// ofWorkload returns the subject of the token of a workload: of a trusted issuer, or a
// ServiceAccount. The client must be its only audience: a token for the issuer is a credential,
// with which anyone who gets it could act as the workload.
func (g *Grant) ofWorkload(ctx context.Context, request token.Request, text string) (*subject, string, error) {
	a, err := assertions.Parse(text)
	if err != nil {
		return nil, kindUnknown, errSubject
	}
	client := request.Client
	if !a.Claims.For(client.GetID()) {
		return nil, kindUnknown, errForeign
	}
	if !a.Claims.CurrentToken(g.Now()) || !nameable(a.Claims.Subject) {
		return nil, kindUnknown, errSubject
	}
	name, kind, err := g.workload(ctx, request, a)
	if err != nil {
		return nil, kind, err
	}
	// Fetching keys and reviewing tokens takes time.
	if !a.Claims.CurrentToken(g.Now()) {
		return nil, kind, errSubject
	}
	members := a.Members()
	if members["act"] != nil {
		return nil, kind, errDelegated
	}
	return &subject{
		sub: name, audiences: []string{client.GetID()}, bound: members["cnf"] != nil,
		mayAct: actorsOf(members["may_act"], g.Issuer(), a.Claims.Issuer),
		hops:   []tokens.Hop{{Audience: []string{client.GetID()}}}, began: g.Now(),
		until: time.Unix(int64(math.Floor(*a.Claims.ExpiresAt)), 0),
	}, kind, nil
}

// workload returns the name of a workload at this server, if the client may exchange its token
// and the token is authentic.
func (g *Grant) workload(ctx context.Context, request token.Request, a *assertions.Assertion) (string, string, error) {
	exchange, listed := request.Client.Exchange(), false
	if known, _ := clientauth.Matching(exchange.Federated, a); known != nil {
		listed = true
		signed, err := g.Issuers.SignedByIssuer(ctx, known, a)
		if err != nil {
			return "", kindFederated, httpx.Elsewhere(err)
		}
		if signed {
			return tokens.SubjectWorkload + ":" + known.TrustedIssuer + ":" + a.Claims.Subject, kindFederated, nil
		}
	}
	if !a.OfServiceAccount() || !exchange.HasAccounts() {
		return "", kindFederated, unlisted(listed)
	}
	namespace, account, ok := a.Account()
	if !ok {
		return "", kindServiceAccount, errSubject
	}
	if set, unknown := g.Namespaces.NamespaceLabels(namespace); !exchange.Account(namespace, account, set, unknown) {
		return "", kindServiceAccount, unlisted(listed)
	}
	username, err := g.ServiceAccounts.Review(ctx, serviceaccounts.Question{
		Token: a.Text, Audience: request.Client.GetID(), Address: g.Address(request.HTTP), Client: string(request.Client.UID()),
	})
	switch {
	case err != nil:
		return "", kindServiceAccount, httpx.Unavailable(err)
	case username != a.Claims.Subject:
		return "", kindServiceAccount, errSubject
	}
	return tokens.SubjectServiceAccount + ":" + namespace + ":" + account, kindServiceAccount, nil
}

// unlisted returns why a token is refused whose subject is listed, or not.
func unlisted(listed bool) error {
	if listed {
		return errSubject
	}
	return errNotListed
}

// nameable reports whether a subject can be part of a sub and of an audit line.
func nameable(subject string) bool {
	return subject != "" && len(subject) <= maxSubject && !strings.ContainsFunc(subject, func(c rune) bool { return !unicode.IsPrint(c) })
}
