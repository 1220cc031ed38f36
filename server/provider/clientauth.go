package provider

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/ory/fosite"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/server/assertions"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
)

// nobody is the UID that the secret of an unknown client is compared for.
const nobody = "00000000-0000-0000-0000-000000000000"

// errClientAuthentication is the one answer to whatever is wrong with a client's
// credentials, so that nothing can be learned about which clients exist.
var errClientAuthentication = httpx.InvalidClient("The client is unknown, its credentials are wrong, or it sends others than spec.authentication of its OAuthClient says.")

// errWay is for who knows the secret of a client and sends it in the other way.
var errWay = map[oauthv1alpha1.AuthenticationMethod]*httpx.Error{
	oauthv1alpha1.AuthenticationBasic: httpx.InvalidClient("The client must send its secret in the Authorization header: spec.authentication of its OAuthClient, or a policy, has exactMethod."),
	oauthv1alpha1.AuthenticationPost:  httpx.InvalidClient("The client must send its secret in the body: spec.authentication of its OAuthClient, or a policy, has exactMethod."),
}

// presented is what a request says about its client.
type presented struct {
	id     string
	secret string
	// assertion is that of a client that sent one.
	assertion *assertions.Assertion
	method    oauthv1alpha1.AuthenticationMethod
}

// authenticate is fosite's ClientAuthenticationStrategy.
func (p *Provider) authenticate(_ context.Context, r *http.Request, form url.Values) (fosite.Client, error) {
	return p.identify(r, form)
}

// Authenticate returns the client of a request that ParseForm has read (RFC 6749
// section 2.3), and records it if there is none. It returns an httpx.Error:
// invalid_request for a request that authenticates in two ways, else invalid_client.
func (p *Provider) Authenticate(r *http.Request, form url.Values) (*clients.Client, error) {
	client, err := p.identify(r, form)
	if err == nil {
		return client, nil
	}
	audit.Record(r.Context(), rejected(audit.Event{Decision: audit.Authentication, Refused: codeOf(err)}, err))
	return nil, publicError(err)
}

// identify does what Authenticate does. Its refusals are rejections.
func (p *Provider) identify(r *http.Request, form url.Values) (*clients.Client, error) {
	who, err := credentialsOf(r, form)
	if err != nil {
		return nil, unreadable(cmp.Or(who.id, form.Get("client_id")), err)
	}
	client, err := p.Clients.Client(who.id)
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	if client == nil {
		p.workAsForAClient(who)
		return nil, p.absent(who.id)
	}
	if who.method == oauthv1alpha1.AuthenticationNone && client.Method().HasCertificate() {
		// The certificate came with the connection.
		who.method = client.Method()
	}
	authentic, err := p.authentic(r, client, who)
	if err != nil {
		return nil, err
	}
	switch {
	case authentic && client.Accepts(who.method):
		return client, nil
	case authentic && who.method.HasSecret():
		return nil, &rejection{errWay[client.Method()], audit.ClientID(who.id), audit.WrongMethod}
	}
	return nil, &rejection{errClientAuthentication, audit.ClientID(who.id), causeOf(client, who.method)}
}

// authentic reports whether what a request presents is the client's.
func (p *Provider) authentic(r *http.Request, client *clients.Client, who presented) (bool, error) {
	switch who.method {
	case oauthv1alpha1.AuthenticationNone:
		return client.IsPublic(), nil
	case oauthv1alpha1.AuthenticationPrivateKeyJWT:
		return p.asserts(r, client, who.assertion)
	case oauthv1alpha1.AuthenticationTLS, oauthv1alpha1.AuthenticationSelfSignedTLS:
		return p.certified(r.TLS, client), nil
	default:
		return client.Authenticate(who.secret, p.Now()), nil
	}
}

// workAsForAClient takes the time that a client that exists would have taken.
func (p *Provider) workAsForAClient(who presented) {
	if !who.method.HasSecret() {
		return
	}
	if set, err := p.Keys.Current(); err == nil {
		pepper, _ := set.Peppers().Current()
		_ = credentials.New(pepper, nobody, who.secret, p.Now())
	}
}

// credentialsOf returns what a request says about its client, in exactly one way.
func credentialsOf(r *http.Request, form url.Values) (presented, error) {
	headers := r.Header.Values("Authorization")
	bodyID, bodySecret := form.Get("client_id"), form.Get("client_secret")
	if form.Get("client_assertion") != "" || form.Get("client_assertion_type") != "" {
		if len(headers) > 0 || bodySecret != "" {
			return presented{}, errTwoAuthentications
		}
		return asserted(form)
	}
	switch {
	case len(headers) > 1, len(headers) == 1 && bodySecret != "":
		return presented{}, errTwoAuthentications
	case len(headers) == 1:
		who, err := basic(headers[0])
		if err == nil && bodyID != "" && bodyID != who.id {
			return presented{}, errTwoClients
		}
		return who, err
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
