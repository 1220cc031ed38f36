package clientauth

import (
	"context"
	"slices"

	"github.com/grantor-dev/grantor/internal/clientspec/workloads"
	"github.com/grantor-dev/grantor/internal/publickeys"
	"github.com/grantor-dev/grantor/server/assertions"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/jwksets"
)

// ofWorkload returns nil if an assertion is the token of a workload elsewhere that can act as
// the client. Only one that says everything that it must say is a reason to fetch keys, and
// only those of the issuer that the client names are used: others can have the same iss.
// Nothing is stored, since workloads use their tokens again and again.
func (a *Authenticator) ofWorkload(ctx context.Context, client *clients.Client, token *assertions.Assertion) error {
	workload, cause := Matching(client.Authentication().Federated, token)
	switch {
	case workload == nil:
	case !token.Claims.For(a.Issuer()):
		cause = audit.TokenAudience
	case !token.Claims.CurrentToken(a.Now()):
		cause = audit.TokenExpired
	default:
		signed, err := a.SignedByIssuer(ctx, workload, token)
		if err != nil {
			return &rejection{httpx.Elsewhere(err), audit.ClientID(client.GetID()), audit.TokenKeys}
		}
		switch {
		case !signed:
			cause = audit.TokenSignature
		case !token.Claims.CurrentToken(a.Now()):
			// The keys took their time.
			cause = audit.TokenExpired
		default:
			return nil
		}
	}
	return &rejection{errClientAuthentication, audit.ClientID(client.GetID()), cause}
}

// Matching returns the first workload that a token can be of, or nil and what the token has
// that none of them has. All workloads with the same iss have the same issuer.
func Matching(all []workloads.Federated, token *assertions.Assertion) (*workloads.Federated, audit.Cause) {
	cause := audit.TokenIssuer
	for i := range all {
		w := &all[i]
		switch {
		case token.Claims.Issuer != w.Issuer:
		case !token.Claims.IsAbout(w.Subject, w.Prefix):
			if cause == audit.TokenIssuer {
				cause = audit.TokenSubject
			}
		case !token.Has(w.Claims):
			cause = audit.TokenClaim
		default:
			return w, ""
		}
	}
	return nil, cause
}

// SignedByIssuer reports whether a token was signed with a key of the issuer of a workload.
func (a *Authenticator) SignedByIssuer(ctx context.Context, workload *workloads.Federated, token *assertions.Assertion) (bool, error) {
	if !slices.Contains(publickeys.Algorithms(), token.Header.Algorithm) {
		return false, nil
	}
	source := jwksets.Source{URI: workload.JWKSURI}
	if source.URI == "" {
		source.Issuer = workload.Issuer
	}
	candidate := func(key publickeys.Key) bool { return key.Candidate(token.Header.Algorithm, token.Header.KeyID) }
	keys, err := a.IssuerKeys.Keys(ctx, workload.TrustedIssuer, source, candidate)
	return err == nil && signedWith(keys, token), err
}
