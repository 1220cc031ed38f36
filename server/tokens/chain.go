package tokens

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/server/keys"
)

// MaxExchanges is how many times in a row tokens can be exchanged.
const MaxExchanges = 4

// Hop is a token that was exchanged. That of a workload has no client.
type Hop struct {
	ClientID  string   `json:"client,omitempty"`
	ClientUID string   `json:"uid,omitempty"`
	Audience  []string `json:"aud"`
	Scope     string   `json:"scope,omitempty"`
	// OfResource says that the audience was an OAuthResource.
	OfResource bool `json:"of_resource,omitempty"`
}

// Chain is what led to an exchanged token.
type Chain struct {
	// Exchanges is how many exchanges led to it.
	Exchanges int `json:"count"`
	// Hops are the tokens that were exchanged, the first one first: one for each exchange.
	Hops []Hop `json:"hops"`
	// From are the ids of those of them that can be revoked one by one.
	From []string `json:"from,omitempty"`
	// Began is when the first of them was issued. An exchange makes no token younger than that
	// for whoever ends what was issued before a time.
	Began int64 `json:"began"`
}

// Hop returns a token as one that was exchanged.
func (c *AccessClaims) Hop() Hop {
	return Hop{ClientID: c.ClientID, ClientUID: c.ClientUID, Audience: c.Audience, Scope: c.Scope, OfResource: c.OfResource}
}

// FirstIssued returns when the first token of those that led to a token was issued.
func (c *AccessClaims) FirstIssued() time.Time {
	if c.Exchanges > 0 {
		return time.Unix(min(c.Began, c.IssuedAt), 0)
	}
	return time.Unix(c.IssuedAt, 0)
}

// sealed is what is sealed of an exchanged token.
type sealed struct {
	Chain

	ClientUID string `json:"client_uid"`
	Grant     string `json:"grant,omitempty"`
}

// seal puts what nobody else is to read into Sealed. A server from before there were exchanges
// finds a token without client_uid inactive, and ends no Grant by it.
func (c *AccessClaims) seal(set *keys.Set) error {
	plain, err := json.Marshal(sealed{c.Chain, c.ClientUID, c.Grant})
	if err != nil {
		return fmt.Errorf("encode chain: %w", err)
	}
	c.Sealed, c.ClientUID, c.Grant = set.Seal(keys.PurposeExchange, c.sealedFor(), plain), "", ""
	return nil
}

// open does the opposite of seal.
func (c *AccessClaims) open(set *keys.Set) error {
	plain, err := set.Open(keys.PurposeExchange, c.sealedFor(), c.Sealed)
	if err != nil {
		return ErrInvalid
	}
	var content sealed
	if json.Unmarshal(plain, &content) != nil || content.Exchanges < 1 || len(content.Hops) != content.Exchanges {
		return ErrInvalid
	}
	c.Chain, c.ClientUID, c.Grant, c.Sealed = content.Chain, content.ClientUID, content.Grant, ""
	return nil
}

func (c *AccessClaims) sealedFor() string { return c.Issuer + " " + c.ID }

// stages returns all tokens of a chain, the token itself last.
func (c *AccessClaims) stages() []Hop { return append(slices.Clone(c.Hops), c.Hop()) }

// Bearing returns tokens of a chain with no scopes but some, since no others can count later.
func Bearing(hops []Hop, scopes []string) []Hop {
	out := slices.Clone(hops)
	for i := range out {
		kept := slices.DeleteFunc(Scopes(out[i].Scope), func(scope string) bool { return !slices.Contains(scopes, scope) })
		out[i].Scope = strings.Join(kept, " ")
	}
	return out
}

// has reports whether a token had a scope.
func (h *Hop) has(scope string) bool { return slices.Contains(strings.Split(h.Scope, " "), scope) }
