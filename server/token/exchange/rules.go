package exchange

import (
	"slices"

	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/token"
	"github.com/grantor-dev/grantor/server/tokens"
)

// rules are what must hold between a subject token, the client and the target.
var rules = []func(*Grant, token.Request, *subject, []string) error{chainEnds, recent, mayActs, held, listed, consented, admitted}

// chainEnds refuses the exchange that would be one too many.
func chainEnds(_ *Grant, _ token.Request, s *subject, _ []string) error {
	if len(s.hops) > tokens.MaxExchanges {
		return errChain
	}
	return nil
}

// recent refuses a token of which the first was issued before what the client honours.
func recent(_ *Grant, request token.Request, s *subject, _ []string) error {
	if !request.Client.Honours(string(request.Client.UID()), s.began) {
		return errSubject
	}
	return nil
}

// mayActs refuses a client that the subject token does not let act (RFC 8693 section 4.4).
func mayActs(_ *Grant, request token.Request, s *subject, _ []string) error {
	if !s.mayAct.allows(request.Client.GetID()) {
		return errMayAct
	}
	return nil
}

// held keeps a subject token that is bound from getting loose: the client to which it was
// issued must prove to have the key, and another one, to which it was sent with a proof, must
// prove to have a key of its own (RFC 9449 section 7).
func held(_ *Grant, request token.Request, s *subject, _ []string) error {
	switch {
	case !s.bound:
		return nil
	case request.Proved == (grants.Confirmation{}):
		return errBound
	case s.own && !s.confirmation.Met(request.Proved):
		return errNotHeld
	}
	return nil
}

// listed keeps the issuer from being a target because every client may ask for it: userinfo
// is there.
func listed(g *Grant, _ token.Request, s *subject, target []string) error {
	if slices.Contains(target, g.Issuer()) && !slices.Contains(s.audiences, g.Issuer()) {
		return errIssuer
	}
	return nil
}

// consented refuses a target that the user was not asked for.
func consented(g *Grant, request token.Request, s *subject, target []string) error {
	if slices.ContainsFunc(target, func(audience string) bool { return !g.MayTarget(request.Client, s.grant, audience) }) {
		return errConsent
	}
	return nil
}

// admitted refuses a target where the subject, or the client on behalf of it, has no business.
func admitted(_ *Grant, request token.Request, s *subject, target []string) error {
	client := request.Client
	if s.user == nil {
		if !client.Alone(target) {
			return errWorkload
		}
		return nil
	}
	if !client.Admits(s.user.Username, s.user.Groups) || !client.Admitted(target, s.user.Username, s.user.Groups) {
		return errNotAdmitted
	}
	return nil
}
