package authorization

import (
	"cmp"
	"errors"
	"net/http"

	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/authorization/pushed"
	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/clientdocuments"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration/sealed"
)

// described returns the client of a request with what it says of itself, if it has no
// OAuthClient. A request that was pushed says that by itself. Who is signed in is only read
// where a document is not fetched for everyone.
func (s *Service) described(r *http.Request, client *clients.Client, visit func() (*flow.Visit, error)) (*clients.Client, error) {
	switch {
	case client == nil:
		id, settings := r.Form.Get("client_id"), s.Settings()
		return nil, cmp.Or(sealed.Refusal(id, settings), clientdocuments.Refusal(id, settings))
	case !client.Virtual(), client.Document() != nil, pushed.Is(r.Form.Get("request_uri")):
		return client, nil
	}
	described, err := s.Documents.Describe(r.Context(), client, clientdocuments.Asker{Address: s.Address(r)})
	if !errors.Is(err, clientdocuments.ErrSignIn) {
		return described, err
	}
	v, err := visit()
	if err != nil {
		return nil, err
	}
	if v.Person == nil {
		return nil, clientdocuments.ErrSignIn
	}
	return s.Documents.Describe(r.Context(), client, clientdocuments.Asker{Subject: v.Person.Subject})
}

// signInFirst lets a user sign in before the server fetches the document of a client, and
// returns any other error. Until then, nothing is known of the client, so the answer to a
// request that forbids pages is one for the user, too.
func (s *Service) signInFirst(r *http.Request, visit func() (*flow.Visit, error), err error) (flow.Answer, error) {
	if !errors.Is(err, clientdocuments.ErrSignIn) {
		return flow.Answer{}, err
	}
	query := r.Form.Encode()
	switch {
	case r.Form.Get("prompt") == "none":
		return flow.Answer{}, httpx.BadRequest(request.CodeLoginRequired, "You must sign in before this application can be used.")
	case len(query) > maxQuery/2:
		return flow.Answer{}, httpx.BadRequest(httpx.CodeInvalidRequest, "The application's request is too long.")
	}
	v, err := visit()
	if err != nil {
		return flow.Answer{}, err
	}
	return s.SignInPage(r.Context(), v, endpoints.Authorization+"?"+query)
}

// unconfirmed reports whether an error must not lead the browser to a client: that of a host
// which the OAuthServer does not name, and which the user has not decided about. Anyone could
// make links that lead from this server to any address (RFC 9700 section 4.11.2).
func (s *Service) unconfirmed(i *Interaction) bool {
	if !i.Client.Virtual() || i.Client.Registered() || i.Denied {
		// The OAuthServer names the hosts of the addresses that are registered.
		return false
	}
	host, err := clientid.Host(i.Client.GetID())
	return err != nil || !s.Settings().Documents.Lists(host)
}
