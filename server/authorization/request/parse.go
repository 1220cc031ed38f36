package request

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// maxHint is how long a login_hint is used that a request sends, in bytes.
const maxHint = 256

// maxSize is how long a request may be when it is sealed into the URL of a page, in bytes
// before that. Common proxies take 8 KiB.
const maxSize = 5800

// Error codes of OpenID Connect Core 1.0 section 3.1.2.6 and of its extensions.
const (
	CodeLoginRequired           = "login_required"
	CodeConsentRequired         = "consent_required"
	codeRequestURINotSupported  = "request_uri_not_supported"
	codeRegistrationUnsupported = "registration_not_supported"
	// CodeUnmet is that of OpenID Connect Core Error Code
	// unmet_authentication_requirements 1.0.
	CodeUnmet = "unmet_authentication_requirements"
)

// ErrUnknownClient is for a request of no client.
var ErrUnknownClient = httpx.BadRequest(httpx.CodeInvalidClient, "The application is unknown here.")

// Target returns a request that knows where its answer goes. Its errors are for the
// user: nothing may be sent to an address that the client did not register (RFC 6749
// section 4.1.2.1).
func Target(form url.Values, client *clients.Client) (*Request, error) {
	if client == nil {
		return nil, ErrUnknownClient
	}
	registered := client.GetRedirectURIs()
	if len(registered) == 0 {
		return nil, httpx.BadRequest(httpx.CodeUnauthorizedClient, "The application does not sign users in.")
	}
	r := &Request{
		ClientID: client.GetID(), ClientUID: string(client.UID()),
		RedirectURI: form.Get("redirect_uri"), RedirectSent: form.Has("redirect_uri"),
		Mode: ModeQuery, State: []byte(form.Get("state")),
	}
	if !r.RedirectSent && len(registered) == 1 && !slices.Contains(scopesOf(form), grants.ScopeOpenID) {
		r.RedirectURI = registered[0]
	}
	switch {
	case client.Redirects(r.RedirectURI):
	case form.Has("request_uri"):
		// All that there is to say may be there.
		return nil, errRequestURI
	default:
		return nil, httpx.BadRequest(httpx.CodeInvalidRequest, "The application asks to send you to an address that it has not registered.")
	}
	if form.Get("response_mode") == ModeFormPost {
		r.Mode = ModeFormPost
	}
	r.Document = client.Document()
	return r, nil
}

// Complete reads the rest of a request. Its errors are for the application.
func (r *Request) Complete(form url.Values, client *clients.Client, verify Hint) error {
	for _, part := range []func(url.Values, *clients.Client) error{
		r.wasPushed, r.wasSigned, r.readUnsupported, r.readResponse, r.readAudiences, r.readScopes, r.readNonce, r.readChallenge, r.readThumbprint, r.readPrompt, r.readClaims,
	} {
		if err := part(form, client); err != nil {
			return err
		}
	}
	if err := r.readHints(form, verify); err != nil {
		return err
	}
	return r.fits()
}

// wasPushed refuses a request that had to be pushed.
func (r *Request) wasPushed(_ url.Values, client *clients.Client) error {
	if r.Pushed != nil || !client.People().PushedAuthorization {
		return nil
	}
	return httpx.BadRequest(httpx.CodeInvalidRequest, "The client must push its requests to %s (RFC 9126): spec.pushedAuthorization of its OAuthClient, a policy, or spec.login.pushedAuthorization of the OAuthServer requires it.", endpoints.PushedAuthorization)
}

// wasSigned refuses a request that had to be signed.
func (r *Request) wasSigned(_ url.Values, client *clients.Client) error {
	if r.Signed || !client.People().SignedRequests {
		return nil
	}
	return httpx.BadRequest(httpx.CodeInvalidRequest, "The client must send a signed request object (RFC 9101): spec.signedRequests of its OAuthClient, or a policy, requires it.")
}

func (r *Request) readUnsupported(form url.Values, _ *clients.Client) error {
	// In this order, so that a request with two of them always gets one answer.
	switch {
	case form.Has("request_uri"):
		return errRequestURI
	case form.Has("registration"):
		return httpx.BadRequest(codeRegistrationUnsupported, "This server does not support the parameter 'registration'.")
	}
	return nil
}

// errRequestURI is for a request_uri from elsewhere: nothing is fetched.
var errRequestURI = httpx.BadRequest(codeRequestURINotSupported, "The request_uri is not one that this server issued; others are not supported.")

func (r *Request) readResponse(form url.Values, _ *clients.Client) error {
	switch form.Get("response_type") {
	case "code":
	case "":
		return httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'response_type' is missing.")
	default:
		return httpx.BadRequest(httpx.CodeUnsupportedResponse, "The only response_type is code.")
	}
	if mode := form.Get("response_mode"); mode != "" && mode != ModeQuery && mode != ModeFormPost {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "The response_mode must be query or form_post.")
	}
	if len(r.State) > flow.MaxState {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'state' is longer than %d bytes.", flow.MaxState)
	}
	if r.Mode == ModeFormPost && !utf8.Valid(r.State) {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "A form cannot return a state that is not UTF-8.")
	}
	return nil
}

func (r *Request) readScopes(form url.Values, client *clients.Client) error {
	r.Refreshes = client.May(string(oauthv1alpha1.GrantRefreshToken))
	var err error
	r.Scopes, err = Scopes(form, client, r.Audiences)
	return err
}

// Scopes returns the scopes that a request for audiences asks for, each once. It returns an
// httpx.Error.
func Scopes(form url.Values, client *clients.Client, audiences []string) ([]string, error) {
	var scopes []string
	for _, scope := range scopesOf(form) {
		if slices.Contains(scopes, scope) {
			continue
		}
		if !client.MayAsk(scope, audiences) {
			return nil, httpx.InvalidScope(scope)
		}
		if scope == grants.ScopeOffline && !client.May(string(oauthv1alpha1.GrantRefreshToken)) {
			// It means refresh tokens, which this client never gets (OpenID Connect Core 1.0
			// section 11). The user must not be asked for it.
			continue
		}
		scopes = append(scopes, scope)
	}
	if !client.Access(scopes, audiences, false).Fits() {
		return nil, httpx.BadRequest(httpx.CodeInvalidScope, "The request asks for too many scopes and resources at once: a user can allow 64 together.")
	}
	return scopes, nil
}

func (r *Request) readAudiences(form url.Values, client *clients.Client) error {
	audiences, ok := client.Audiences(form)
	if !ok {
		return httpx.InvalidTarget()
	}
	r.Audiences = audiences
	return nil
}

func (r *Request) readChallenge(form url.Values, client *clients.Client) error {
	challenge, method := form.Get("code_challenge"), form.Get("code_challenge_method")
	switch {
	case challenge == "" && method != "":
		return httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'code_challenge' is missing.")
	case challenge == "":
		return r.protected(client)
	case method != "S256":
		return httpx.BadRequest(httpx.CodeInvalidRequest, "The code_challenge_method must be S256.")
	}
	raw, ok := grants.ParseChallenge(challenge)
	if !ok {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "The code_challenge is not the base64url encoding of a SHA-256 digest.")
	}
	r.Challenge = raw
	return nil
}

// readThumbprint reads which key the code will be bound to (RFC 9449 section 10). A request
// that was pushed with a proof is bound to the key of that.
func (r *Request) readThumbprint(form url.Values, _ *clients.Client) error {
	thumbprint := form.Get("dpop_jkt")
	if thumbprint == "" {
		return nil
	}
	if !grants.IsThumbprint(thumbprint) {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'dpop_jkt' is not the base64url encoding of a SHA-256 thumbprint.")
	}
	if proved := r.Confirmation.JKT; proved != "" && proved != thumbprint {
		return httpx.BadRequest(httpx.CodeInvalidDPoPProof, "Parameter 'dpop_jkt' is of another key than that of the DPoP proof.")
	}
	r.Confirmation.JKT = thumbprint
	return nil
}

// protected checks that a code of this request will be of no use to anyone else (RFC
// 9700 section 2.1.1).
func (r *Request) protected(client *clients.Client) error {
	if r.Challenge != nil || !client.NeedsChallenge(r.nonced()) {
		return nil
	}
	text := "spec.pkce of its OAuthClient, or a policy, requires PKCE."
	switch {
	case client.IsPublic():
		text = "a client with authentication.method none must use PKCE."
	case client.People().PKCE == oauthv1alpha1.PKCEAuto:
		text = "send one (PKCE) or, with scope openid, a nonce, or set spec.pkce of the OAuthClient to Optional."
	}
	return httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'code_challenge' is missing: %s", text)
}

func (r *Request) readNonce(form url.Values, _ *clients.Client) error {
	if r.Nonce = form.Get("nonce"); len(r.Nonce) > grants.MaxNonce {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'nonce' is longer than %d bytes.", grants.MaxNonce)
	}
	return nil
}

// readPrompt reads what the request says about asking the user (OpenID Connect Core
// 1.0 section 3.1.2.1). To choose an account is to sign in.
func (r *Request) readPrompt(form url.Values, _ *clients.Client) error {
	prompts := strings.Fields(form.Get("prompt"))
	for _, prompt := range prompts {
		switch prompt {
		case "none":
			r.None = true
		case "login", "select_account":
			r.Login = true
		case "consent":
			r.Consent = true
		default:
			return httpx.BadRequest(httpx.CodeInvalidRequest, "The values of prompt are none, login, consent and select_account.")
		}
	}
	if r.None && len(prompts) > 1 {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "The prompt none goes with no other.")
	}
	if text := form.Get("max_age"); text != "" {
		seconds, err := strconv.ParseInt(text, 10, 32)
		if err != nil || seconds < 0 {
			return httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'max_age' must be a number of seconds.")
		}
		age := time.Duration(seconds) * time.Second
		r.MaxAge = &age
	}
	return nil
}

// fits refuses a request that could only fail once the user has signed in.
func (r *Request) fits() error {
	if plain, err := json.Marshal(r); err != nil || len(plain) > maxSize {
		return &httpx.Error{
			Code: httpx.CodeInvalidRequest, Status: http.StatusRequestEntityTooLarge,
			Description: "The request is too long to be sent from page to page: shorten state, redirect_uri, scope or audience.",
		}
	}
	return nil
}

// scopesOf splits the scope parameter (RFC 6749 section 3.3).
func scopesOf(form url.Values) []string { return strings.Fields(form.Get("scope")) }

func with(list []string, value string) []string {
	if slices.Contains(list, value) {
		return list
	}
	return append(list, value)
}
