package tokens

import (
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// follow reports whether each token of a chain could still be issued: its client and its
// target are still there and admit the subject, and each client that exchanged one may still
// exchange it for what it got. It reads nothing from storage. of is nil for a token without a
// user.
func (v *Verifier) follow(claims *AccessClaims, of *Authorization) (bool, error) {
	stages, began := claims.stages(), claims.FirstIssued()
	for i := range stages {
		stage := &stages[i]
		if i == 0 && stage.ClientID == "" {
			continue // a workload's own token
		}
		client, err := v.Clients.Client(stage.ClientID)
		if err != nil {
			return false, httpx.Unavailable(err)
		}
		if client == nil || !client.Honours(stage.ClientUID, began) || stage.gone(client) || !admits(client, stage, of) {
			return false, nil
		}
		if i > 0 && (!v.exchanges(client, stages[:i], claims.Subject) || !v.MayTarget(client, grantOf(of), stage.Audience[0])) {
			return false, nil
		}
	}
	return true, nil
}

func grantOf(of *Authorization) *grants.Grant {
	if of == nil {
		return nil
	}
	return of.Grant
}

// gone reports whether a token was issued for an OAuthResource that no longer exists. A
// client may be allowed the audience without it.
func (h *Hop) gone(client *clients.Client) bool {
	return h.OfResource && !client.OfResource(h.Audience) || len(h.Audience) == 0
}

// admits reports whether a client and its target admit the subject of a token.
func admits(client *clients.Client, h *Hop, of *Authorization) bool {
	if of == nil {
		return client.Alone(h.Audience)
	}
	if !client.Suffices(of.Grant.AMR) {
		return false
	}
	return client.Admits(of.User) && client.Admitted(h.Audience, of.User.Username, of.User.Groups)
}

// exchanges reports whether a client may exchange the last of some tokens: it lists whoever
// got that one, and whoever got the first one.
func (v *Verifier) exchanges(client *clients.Client, former []Hop, subject string) bool {
	if !client.May(string(oauthv1alpha1.GrantTokenExchange)) {
		return false
	}
	first, last := &former[0], &former[len(former)-1]
	if last.ClientID == "" {
		return v.listsWorkload(client, subject)
	}
	return Lists(client, first.ClientID, last.ClientID)
}

// Lists reports whether a client may exchange tokens that a client got, of which the first
// was issued to another; "" for none.
func Lists(client *clients.Client, first, last string) bool {
	x := client.Exchange()
	return x.Client(last) && (first == "" || x.Client(first))
}

// listsWorkload reports whether a client may still exchange tokens of a workload, by what its
// sub says of it.
func (v *Verifier) listsWorkload(client *clients.Client, sub string) bool {
	kind, rest, _ := strings.Cut(sub, ":")
	namespace, name, ok := strings.Cut(rest, ":")
	switch {
	case !ok:
		return false
	case kind == SubjectWorkload:
		return client.Exchange().Workload(namespace, name)
	case kind == SubjectServiceAccount && v.Namespaces != nil:
		set, unknown := v.Namespaces.NamespaceLabels(namespace)
		return client.Exchange().Account(namespace, name, set, unknown)
	default:
		return false
	}
}

// CurrentScopes returns those scopes of an access token that still count: each client that
// led to it may still ask for them, or add them. g is nil for a token without a user.
func (v *Verifier) CurrentScopes(claims *AccessClaims, g *grants.Grant) ([]string, error) {
	stages := claims.stages()
	known := make([]*clients.Client, len(stages))
	for i := range stages {
		if stages[i].ClientID == "" {
			continue
		}
		var err error
		if known[i], err = v.Clients.Client(stages[i].ClientID); err != nil {
			return nil, httpx.Unavailable(err)
		}
	}
	return slices.DeleteFunc(Scopes(claims.Scope), func(scope string) bool { return !current(stages, known, g, scope) }), nil
}

// current follows a scope back to the token where it came from.
func current(stages []Hop, known []*clients.Client, g *grants.Grant, scope string) bool {
	for i, stage := range slices.Backward(stages) {
		if known[i] == nil || !known[i].MayAsk(scope, stage.Audience) {
			return false
		}
		if i > 0 && !stages[i-1].has(scope) {
			return Adds(known[i], g, scope, stage.Audience[0])
		}
	}
	return true
}
