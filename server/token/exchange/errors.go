package exchange

import (
	"net/http"

	"github.com/grantor-dev/grantor/server/httpx"
)

const requestedMust = "Parameter 'requested_token_type' must be urn:ietf:params:oauth:token-type:access_token"

// If a subject token is not acceptable for any reason, the response is invalid_request (RFC
// 8693 section 2.2.2).
var (
	// errSubject does not say why the token is not valid, because the token may be anyone's.
	errSubject       = invalid("The subject token is not valid: it is malformed, expired, revoked, not of the subject_token_type, or not for the client.")
	errNoSubject     = invalid("Parameter 'subject_token' is missing.")
	errSubjectType   = invalid("Parameter 'subject_token_type' must be urn:ietf:params:oauth:token-type: followed by access_token, id_token or jwt.")
	errActorToken    = invalid("Leave 'actor_token' and 'actor_token_type' out: the client itself, which has authenticated, is the actor.")
	errRequestedType = invalid(requestedMust + ", or left out.")
	errNotJWT        = invalid(requestedMust + ": spec.tokens.accessToken.format of the OAuthClient is Opaque.")
	errForeign       = invalid("The subject token is not for the client: its aud must contain the client's ID, or spec.introspectors of the OAuthResource that it is for must list the client.")
	errNotListed     = invalid("The client may not exchange tokens of this subject: spec.tokenExchange.subjects of its OAuthClient lists those that it may.")
	errChain         = invalid("The subject token is the result of four exchanges, and cannot be exchanged again.")
	errMayAct        = invalid("The claim may_act of the subject token names another actor.")
	errDelegated     = invalid("The subject token was issued elsewhere and has the claim act; exchange one that its subject got itself.")
	errNotHeld       = invalid("The subject token is bound to another key or certificate than the one that the request proves to have.")
	errNoFactor      = invalid("The user gave no second factor, and spec.login.minimumAssurance of the OAuthClient demands one: exchange a token of a sign-in that had one.")
	errNotAdmitted   = httpx.BadRequest(httpx.CodeInvalidTarget, "The user may not use the target: spec.access of the OAuthClient, or of the OAuthResource, does not include the user.")
	errConsent       = httpx.BadRequest(httpx.CodeInvalidTarget, "The user was not asked for the target: it must be an audience of the first authorization request, or of the client's own namespace, unless an OAuthClientPolicy has tokenExchange: [BeyondConsent].")
	errIssuer        = httpx.BadRequest(httpx.CodeInvalidTarget, "The target cannot be the issuer: the subject token does not have it in its aud. Name another 'audience' or 'resource'.")
	errWorkload      = httpx.BadRequest(httpx.CodeInvalidTarget, "The target is for users only: spec.clients.workloads of its OAuthResource does not allow tokens without a user.")
	errTargets       = httpx.BadRequest(httpx.CodeInvalidTarget, "Name one target: a token is exchanged for one 'audience' or 'resource'.")
	errNoTarget      = httpx.BadRequest(httpx.CodeInvalidTarget, "Name the target with 'audience' or 'resource'; it can be left out if spec.audiences of the OAuthClient has exactly one.")
	errNothingLeft   = httpx.BadRequest(httpx.CodeInvalidScope, "None of the requested scopes is left: each must be in the subject token, or in spec.tokenExchange.scopes of the OAuthClient and, for a user, among those that the user was asked for; and the client must be allowed to ask for it.")
	errBound         = &httpx.Error{
		Code: httpx.CodeInvalidDPoPProof, Status: http.StatusBadRequest,
		Description: "The subject token is bound to a key or a certificate, so the new one must be bound too: send a DPoP proof (RFC 9449) or present a certificate (RFC 8705).",
	}
)

func invalid(description string) *httpx.Error {
	return &httpx.Error{Code: httpx.CodeInvalidRequest, Description: description, Status: http.StatusBadRequest}
}
