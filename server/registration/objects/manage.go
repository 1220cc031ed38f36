package objects

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/internal/jsonmembers"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/storage/registrations"
)

// told returns the response for a registration as it is now.
func (m *Management) told(ctx context.Context, stored *registrations.Registration) (registration.Response, error) {
	client, err := m.served(ctx, stored)
	if err != nil {
		return registration.Response{}, err
	}
	return m.response(stored, client)
}

// maxDepth is how deep a body may be nested, as in registration.Read.
const maxDepth = 8

// Management is the client configuration endpoint (RFC 7592 section 2): one address for each
// Registration.
type Management struct {
	*Registrar

	// Address returns where a request comes from.
	Address func(*http.Request) netip.Addr
}

var _ httpx.Endpoint = (*Management)(nil)

// ServeEndpoint implements httpx.Endpoint.
func (m *Management) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	settings := m.Settings().Registration
	if !settings.WithToken {
		return httpx.NotFound()
	}
	stored, err := m.presented(r)
	if err != nil {
		return err
	}
	var response registration.Response
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		response, err = m.told(r.Context(), stored)
	case http.MethodPut:
		response, err = m.change(w, r, stored)
	case http.MethodDelete:
		if err := m.end(r.Context(), stored); err != nil {
			return err
		}
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusNoContent)
		return nil
	default:
		w.Header().Set("Allow", "GET, HEAD, PUT, DELETE")
		return &httpx.Error{Code: httpx.CodeInvalidRequest, Description: "Use GET, PUT or DELETE.", Status: http.StatusMethodNotAllowed}
	}
	if err != nil {
		return err
	}
	httpx.WriteJSON(w, http.StatusOK, response.Body())
	return nil
}

// presented returns the Registration that a request is about, if the request has its token. If
// there is none, the response is that for a wrong token (RFC 7592 section 2).
func (m *Management) presented(r *http.Request) (*registrations.Registration, error) {
	_, name, _ := strings.Cut(r.URL.Path, endpoints.Registration+"/")
	headers := r.Header.Values("Authorization")
	if len(headers) != 1 {
		return nil, errToken("Send one registration access token in the Authorization header.")
	}
	scheme, token, _ := strings.Cut(headers[0], " ")
	set, err := m.Keys.Current()
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	if !strings.EqualFold(scheme, "Bearer") || !registrations.IsToken(set, m.Issuer(), name, token) {
		return nil, errGone()
	}
	// The token of a registration that ended still causes a read.
	if wait := m.Limiter.Take(m.Now(), limits.Networks("management", "", m.Address(r), perCaller)...); wait > 0 {
		return nil, httpx.Spent(http.StatusTooManyRequests, wait, "Too many requests from this address. Try again later.")
	}
	find := m.Registrations.Find
	if r.Method == http.MethodDelete {
		find = m.Registrations.FindEnding
	}
	stored, err := find(r.Context(), name)
	if err != nil {
		return nil, answer(err)
	}
	if stored == nil || !stored.Has(set, m.Issuer(), token) {
		return nil, errGone()
	}
	return stored, nil
}

// change replaces the metadata of a client (RFC 7592 section 2.2).
func (m *Management) change(w http.ResponseWriter, r *http.Request, stored *registrations.Registration) (registration.Response, error) {
	body, err := httpx.ReadJSON(w, r)
	if err != nil {
		return registration.Response{}, err
	}
	metadata, err := registration.Read(body)
	if err != nil {
		return registration.Response{}, err
	}
	object := m.Clients.Candidate(stored.Namespace, stored.ClientName)
	if object == nil || object.Labels[oauthv1alpha1.LabelRegistered] != string(stored.UID) {
		return registration.Response{}, httpx.Spent(http.StatusServiceUnavailable, again*time.Second, "The OAuthClient is not there yet. Send the same request again.")
	}
	if err := m.changeable(object); err != nil {
		return registration.Response{}, err
	}
	members, _ := jsonmembers.Parse(body, maxDepth)
	if id, ok := members.Text("client_id"); !ok || id != object.ClientID() {
		return registration.Response{}, httpx.BadRequest(httpx.CodeInvalidRequest, "client_id must be that of the client.")
	}
	client, err := clientOf(metadata, m.Server)
	if err != nil {
		return registration.Response{}, err
	}
	client.NamespaceUID, client.RegistrantUID = stored.Client.NamespaceUID, stored.Client.RegistrantUID
	// Another secret that the operator has not carried yet is not lost.
	client.Spec.Secret.Derived = stored.Client.Spec.Secret.Derived
	if err := fits(client); err != nil {
		return registration.Response{}, err
	}
	next := changed(object, client)
	if err := m.allowed(next); err != nil {
		return registration.Response{}, err
	}
	if registered.Generation(object) == stored.Generation && client.Software == object.Annotations[oauthv1alpha1.AnnotationSoftware] &&
		equality.Semantic.DeepEqual(next.Spec, object.Spec) {
		return m.told(r.Context(), stored)
	}
	return m.update(r.Context(), stored, client)
}
