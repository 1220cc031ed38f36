package clientauth

import (
	"net/http"
	"net/url"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/assertions"
	"github.com/grantor-dev/grantor/server/httpx"
)

// presented is what a request says about its client.
type presented struct {
	id     string
	secret string
	// assertion is that of a client that sent one.
	assertion *assertions.Assertion
	method    oauthv1alpha1.AuthenticationMethod
}

// credentialsOf returns what a request says about its client, in exactly one way.
func credentialsOf(r *http.Request, form url.Values) (presented, error) {
	headers := r.Header.Values("Authorization")
	bodyID, bodySecret := form.Get("client_id"), form.Get("client_secret")
	if form.Get("client_assertion") != "" || form.Get("client_assertion_type") != "" {
		if len(headers) > 0 || bodySecret != "" {
			return presented{}, errTwoAuthentications
		}
		return assertionOf(form)
	}
	switch {
	case len(headers) > 1, len(headers) == 1 && bodySecret != "":
		return presented{}, errTwoAuthentications
	case len(headers) == 1:
		sent, err := basic(headers[0])
		if err == nil && bodyID != "" && bodyID != sent.id {
			return presented{}, errTwoClients
		}
		return sent, err
	case bodyID == "":
		return presented{}, errNoAuthentication
	case bodySecret != "":
		return presented{id: bodyID, secret: bodySecret, method: oauthv1alpha1.AuthenticationPost}, nil
	default:
		return presented{id: bodyID, method: oauthv1alpha1.AuthenticationNone}, nil
	}
}

var (
	errNoAuthentication   = httpx.InvalidClient("The client must authenticate.")
	errTwoAuthentications = httpx.BadRequest(httpx.CodeInvalidRequest, "The client must authenticate in exactly one way.")
	errTwoClients         = httpx.BadRequest(httpx.CodeInvalidRequest, "client_id and the Authorization header name different clients.")
)

// basic decodes a Basic header: both parts are form-encoded before they are joined
// (RFC 6749 section 2.3.1).
func basic(header string) (presented, error) {
	request := http.Request{Header: http.Header{"Authorization": {header}}}
	id, secret, ok := request.BasicAuth()
	if !ok {
		return presented{}, httpx.InvalidClient("The Authorization header is not a Basic header.")
	}
	id, err := unescape(id)
	if err != nil {
		return presented{}, err
	}
	if secret, err = unescape(secret); err != nil {
		return presented{}, err
	}
	if id == "" || secret == "" {
		return presented{id: id}, httpx.InvalidClient("The Authorization header lacks the client ID or the client secret.")
	}
	return presented{id: id, secret: secret, method: oauthv1alpha1.AuthenticationBasic}, nil
}

func unescape(part string) (string, error) {
	if !strings.ContainsAny(part, "%+") {
		return part, nil
	}
	decoded, err := url.QueryUnescape(part)
	if err != nil {
		return "", httpx.InvalidClient("The Authorization header is not form-encoded.")
	}
	return decoded, nil
}
