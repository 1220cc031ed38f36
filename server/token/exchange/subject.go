package exchange

import (
	"context"
	"encoding/json"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/token"
	"github.com/grantor-dev/grantor/server/tokens"
)

// subject is what an accepted subject token says.
type subject struct {
	// grant and user are those of a user's token; nil for others, whose subject is sub.
	grant *grants.Grant
	user  *identity.Person
	// sub is the subject of the token.
	sub string
	// client is the ID of the client that it was issued to, if it was issued here.
	client string
	// own says that the token was issued to the client that exchanges it.
	own bool
	// scopes and audiences are those of the token.
	scopes, audiences []string
	// actor is who acted so far, hops are the tokens of the chain including this one, from are
	// the IDs of those that can be revoked individually, and began is when the first one was
	// issued.
	actor *tokens.Actor
	hops  []tokens.Hop
	from  []string
	began time.Time
	// bound says that the token is bound, and confirmation what it is bound to if it was issued
	// here.
	bound        bool
	confirmation grants.Confirmation
	mayAct       actors
	until        time.Time
}

// Kinds of subject tokens, as they are counted.
const (
	kindUnknown        = "unknown"
	kindAccessToken    = "access_token"
	kindIDToken        = "id_token"
	kindServiceAccount = "service_account"
	kindFederated      = "federated"
)

// Kinds returns the kinds of subject tokens.
func Kinds() []string {
	return []string{kindUnknown, kindAccessToken, kindIDToken, kindServiceAccount, kindFederated}
}

// subject reads the subject token of a request. It returns an httpx.Error.
func (g *Grant) subject(ctx context.Context, request token.Request) (*subject, string, error) {
	text := request.Form.Get("subject_token")
	if text == "" {
		return nil, kindUnknown, errNoSubject
	}
	switch request.Form.Get("subject_token_type") {
	case typeAccessToken:
		claims, err := g.Access(text)
		if claims == nil {
			return nil, kindAccessToken, orRefused(err)
		}
		s, err := g.ofAccessToken(ctx, request.Client, claims)
		return s, kindAccessToken, err
	case typeIDToken:
		s, err := g.ofIDToken(ctx, request.Client, text)
		return s, kindIDToken, err
	case typeJWT:
		claims, err := g.Access(text)
		if err != nil {
			return nil, kindUnknown, err
		}
		if claims != nil && tokens.IsJWT(text) {
			s, err := g.ofAccessToken(ctx, request.Client, claims)
			return s, kindAccessToken, err
		}
		return g.ofWorkload(ctx, request, text)
	}
	return nil, kindUnknown, errSubjectType
}

// orRefused returns an error, or that the subject token is not valid.
func orRefused(err error) error {
	if err != nil {
		return err
	}
	return errSubject
}

// actors are those that a token lets act for its subject (RFC 8693 section 4.4); the zero
// value lets all.
type actors struct {
	restricted bool
	subject    string
}

// allows reports whether a client may act. A token of another issuer names it by its client
// ID, or as the claim act does.
func (a actors) allows(clientID string) bool {
	return !a.restricted || a.subject == clientID || a.subject == "client:"+clientID
}

// actorsOf reads the claim may_act. If it says more than a sub and its issuer, nobody may act.
func actorsOf(claim json.RawMessage, issuers ...string) actors {
	if claim == nil {
		return actors{}
	}
	members := map[string]string{}
	if json.Unmarshal(claim, &members) != nil {
		return actors{restricted: true}
	}
	a := actors{restricted: true, subject: members["sub"]}
	delete(members, "sub")
	for _, issuer := range issuers {
		if members["iss"] == issuer && issuer != "" {
			delete(members, "iss")
			break
		}
	}
	if len(members) > 0 {
		a.subject = ""
	}
	return a
}
