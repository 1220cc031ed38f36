package token

import (
	"net/http"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clientauth"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/tokens"
)

// Endpoint is the token endpoint.
type Endpoint struct {
	requests requests
	proofs   Proofs
	maker    *tokens.Maker
	grants   []Grant
}

var _ httpx.Endpoint = (*Endpoint)(nil)

// New returns the endpoint that handles the given grants.
func New(clients *clientauth.Authenticator, proofs Proofs, maker *tokens.Maker, grants ...Grant) *Endpoint {
	return &Endpoint{requests: newRequests(clients.Identify), proofs: proofs, maker: maker, grants: grants}
}

// GrantTypes returns the types of the grants that the endpoint handles.
func (e *Endpoint) GrantTypes() []string {
	types := make([]string, len(e.grants))
	for i, grant := range e.grants {
		types[i] = grant.Type()
	}
	return types
}

// ServeEndpoint implements httpx.Endpoint.
func (e *Endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	if err := httpx.ParseForm(w, r); err != nil {
		return err
	}
	event := audit.Event{Decision: audit.Token}
	response, err := e.issue(w, r, &event)

	// 7. Record what was decided. That a device still waits or a nonce is missing is no
	// decision.
	if err != nil {
		event.Refused = httpx.CodeOf(err)
	}
	if event.Refused != httpx.CodeAuthorizationPending && event.Refused != httpx.CodeSlowDown && event.Refused != httpx.CodeUseDPoPNonce {
		audit.Record(r.Context(), event)
	}
	if err != nil {
		return err
	}

	// 8. Answer.
	httpx.WriteJSONBody(w, http.StatusOK, response.encode())
	return nil
}

// issue takes a request through the phases that can fail, and fills in the event.
func (e *Endpoint) issue(w http.ResponseWriter, r *http.Request, event *audit.Event) (*Response, error) {
	ctx, grant := r.Context(), e.find(r.PostForm.Get("grant_type"))
	if grant != nil {
		event.GrantType = grant.Type()
	}

	// 1. Authenticate the client.
	request, err := e.requests.accept(ctx, r)
	if err != nil {
		*event = clientauth.Rejected(*event, err)
		return nil, err
	}
	event.Client, request.HTTP = request.Client, r

	// 2. Find the grant: the server has it, and the client may use it.
	if grant == nil {
		return nil, errUnsupported
	}
	if !request.Client.May(grant.Type()) {
		return nil, errNotAllowed
	}

	// 3. See what the request has proved to have, to which its access token is bound.
	if request.Proved, err = e.bind(w, r, request.Client); err != nil {
		return nil, err
	}

	// 4. Authorize: the grant says what the client gets.
	issue, err := grant.Authorize(ctx, request)
	if err != nil {
		return nil, err
	}
	if issue.Grant != nil {
		event.Subject, event.Grant = issue.Grant.Subject, issue.Grant.Name
	}
	if x := issue.Exchanged; x != nil {
		if issue.Grant == nil {
			event.Subject = x.Subject
		}
		event.SubjectClient, event.SubjectAudiences, event.Audiences = issue.SubjectClient, issue.SubjectAudiences, issue.Audiences
	}

	// 5. Make the tokens.
	if err := oneResource(request.Client, issue.Audiences); err != nil {
		return nil, err
	}
	if issue.Confirmation, err = bound(request, issue.Audiences); err != nil {
		return nil, err
	}
	made, err := e.maker.Make(request.Client, issue.Content)
	if err != nil {
		return nil, err
	}

	// 6. Commit, now that everything else that can fail has succeeded.
	if issue.Commit != nil {
		if err := issue.Commit(ctx); err != nil {
			return nil, err
		}
	}
	event.Scopes = issue.Scopes
	return &Response{
		AccessToken: made.Access, TokenType: tokens.TypeOf(issue.Confirmation), ExpiresIn: int64(made.Lifetime / time.Second),
		RefreshToken: made.Refresh, IDToken: made.ID, Scope: strings.Join(issue.Scopes, " "),
		IssuedTokenType: issue.IssuedTokenType,
	}, nil
}

// find returns the grant of a type, nil if the server does not have it.
func (e *Endpoint) find(grantType string) Grant {
	for _, grant := range e.grants {
		if grant.Type() == grantType {
			return grant
		}
	}
	return nil
}

var (
	errUnsupported = httpx.BadRequest(httpx.CodeUnsupportedGrantType, "This server does not support the grant type.")
	errNotAllowed  = httpx.BadRequest(httpx.CodeUnauthorizedClient, "The client may not use this grant type.")
)
