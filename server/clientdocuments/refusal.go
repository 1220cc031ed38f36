package clientdocuments

import (
	"errors"
	"fmt"

	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/texts"
)

// ErrSignIn says that a document is only fetched for a user who has signed in.
var ErrSignIn = errors.New("the user must sign in before the document is fetched")

// Refusal returns why there is no client with an ID, as an error for the user; nil where the
// ID is not the URL of a document, no documents are accepted, or an OAuthClient that the server
// refuses has the ID.
func Refusal(id string, settings *serverspec.Settings) error {
	if settings.Documents == nil || !clientid.IsURL(id) || settings.Documents.Accepts(id) {
		return nil
	}
	host, err := clientid.Host(id)
	if err != nil {
		return httpx.BadRequest(httpx.CodeInvalidClient, "The client ID is a URL, but not one at which an application can describe itself: %s.", err)
	}
	return httpx.BadRequest(httpx.CodeUnauthorizedClient,
		"Applications of %s are not accepted here. The administrator of this server can accept them: spec.clientMetadataDocuments of the OAuthServer.", host)
}

// defect is what is wrong with a document: a registered code and the end of a sentence.
type defect struct{ code, text string }

func metadata(text string) *defect { return &defect{httpx.CodeInvalidClientMetadata, text} }

// What can be wrong with a document.
var (
	errMediaType  = metadata("it is not served as application/json")
	errSize       = metadata("it is longer than 16 KiB")
	errJSON       = metadata("it is not a JSON object in UTF-8 that has each member once")
	errClientID   = metadata("its client_id is not the URL of the document")
	errSecret     = metadata("it has a client_secret, but a published value cannot be secret")
	errShared     = metadata("its token_endpoint_auth_method needs a secret, but a published value cannot be secret")
	errMethod     = metadata("its token_endpoint_auth_method must be none or private_key_jwt")
	errKeys       = metadata("its token_endpoint_auth_method is private_key_jwt, and it has neither jwks with a public key that can be used nor a jwks_uri at its host")
	errUnnamed    = metadata("its token_endpoint_auth_method is private_key_jwt, which is accepted only if the administrator of this server names the host")
	errGrants     = metadata("its grant_types do not include authorization_code")
	errResponses  = metadata("its response_types do not include code")
	errName       = metadata("its client_name is not a text of up to 100 printable characters, with at most two marks in a row")
	errRedirects  = &defect{httpx.CodeInvalidRedirectURI, "its redirect_uris are missing, or not a list of up to 32 texts"}
	errNoRedirect = &defect{httpx.CodeInvalidRedirectURI, "none of its redirect_uris is https at the host of the document, or http at a loopback address"}
)

// failure is why a document cannot be used.
type failure struct {
	// refusal is for the user.
	refusal *httpx.Error
	// away says that the failure need not be the client's, so that an older document may be
	// used.
	away bool
	// cause is for the log alone; nil if there is no more to say.
	cause error
}

// Error returns what the log says.
func (f *failure) Error() string {
	if f.cause == nil {
		return f.refusal.Error()
	}
	return f.refusal.Error() + ": " + f.cause.Error()
}

// of returns the failure of a client with a host. If a page is returned instead of the
// document, it may be that of a proxy, or of a host under maintenance.
func (d *defect) of(host string) *failure {
	return &failure{
		refusal: httpx.BadRequest(d.code, "The application cannot be used. %s publishes a document that describes it, but %s.", host, d.text),
		away:    d == errMediaType || d == errJSON,
	}
}

// statusError is the status of an answer. Its text is left out because the host chooses it.
func statusError(status int) error { return fmt.Errorf("the status is %d", status) }

// notFound is for a host that answers, but not with a document. The user does not see the
// status, which would reveal what answers in networks of the OAuthServer.
func notFound(host string, status int) *failure {
	return &failure{
		refusal: httpx.BadRequest(httpx.CodeInvalidClient, "The application cannot be used. %s should publish a document that describes it, but does not answer with one.", host),
		cause:   statusError(status),
	}
}

// notCalled is for a host whose address is not called.
func notCalled(host string) *failure {
	return &failure{
		refusal: httpx.BadRequest(httpx.CodeInvalidClient, "The application cannot be used. %s should publish a document that describes it, but has an address that this server does not call.", host),
		away:    true,
	}
}

// away is for a host that does not answer.
func away(host string, cause error) *failure {
	e := httpx.Elsewhere(cause)
	return &failure{refusal: e.Saying(texts.T("The application describes itself at %s, which does not answer at present.", host)), away: true}
}
