package exchange

import (
	"slices"

	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/token"
	"github.com/grantor-dev/grantor/server/tokens"
)

// rules are what must hold between a subject token, the client and the target.
var rules = []func(*Grant, token.Request, *subject, []string) error{chainEnds, recent, mayActs, held, listed, consented, admitted}

// chainEnds refuses an exchange that would make the chain too long.
func chainEnds(_ *Grant, _ token.Request, s *subject, _ []string) error {
	if len(s.hops) > tokens.MaxExchanges {
		return errChain
	}
	return nil
}

// recent refuses a token if the first token of its chain was issued before the client's
// sessionsNotBefore.
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

// held makes sure that the result of a bound subject token is bound, too: the client that the
// token was issued to must prove that it has the key, and another client, to which the token
// was sent with a proof, must prove that it has a key of its own (RFC 9449 section 7).
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

// listed refuses the issuer as a target unless the subject token has it as audience: every
// client may ask for it, because of userinfo.
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

// admitted refuses a target that does not admit the subject, or the client on its behalf, or
// demands a second factor that the user did not give.
func admitted(_ *Grant, request token.Request, s *subject, target []string) error {
	client := request.Client
	if s.user == nil {
		if !client.Alone(target) {
			return errWorkload
		}
		return nil
	}
	if !client.Suffices(s.grant.AMR) {
		return errNoFactor
	}
	if !client.Admits(s.user) || !client.Admitted(target, s.user.Username, s.user.Groups) {
		return errNotAdmitted
	}
	return nil
}
