package objects

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/internal/jsonmembers"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/storage"
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

// end deletes a registration (RFC 7592 section 2.3).
func (m *Management) end(ctx context.Context, stored *registrations.Registration) error {
	event := audit.Event{Decision: audit.Deregistration, Client: named{stored}, Subject: stored.Registrant}
	err := httpx.UnavailableIf(m.Registrations.Delete(ctx, stored.Name))
	if err == nil {
		err = m.ended(ctx, stored)
	}
	if err != nil {
		event.Refused = httpx.CodeOf(err)
	}
	audit.Record(ctx, event)
	return err
}

// named is the client of a Registration, whether or not its OAuthClient exists.
type named struct{ *registrations.Registration }

// GetID implements audit.Client.
func (n named) GetID() string { return n.Registration.Namespace + "." + n.ClientName }

// Namespace implements audit.Client.
func (n named) Namespace() string { return n.Registration.Namespace }

// Name implements audit.Client.
func (n named) Name() string { return n.ClientName }

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
	return m.store(r.Context(), stored, client)
}

// changeable returns an httpx.Error if metadata cannot change an OAuthClient at present.
func (m *Management) changeable(object *oauthv1alpha1.OAuthClient) error {
	settings := m.Settings().Registration
	labels, unknown := m.Clients.NamespaceLabels(object.Namespace)
	switch {
	case unknown || !settings.Admits(object.Namespace, labels):
		return denied("Clients can no longer be registered in the namespace: spec.registration.namespaces of the OAuthServer does not list it.")
	case object.Spec.Suspend:
		return denied("The client is suspended (spec.suspend of the OAuthClient).")
	case !registered.Changeable(&object.Spec):
		return denied("The OAuthClient was edited: it has an authentication.method that cannot be registered.")
	}
	return nil
}

func denied(description string) error {
	return &httpx.Error{Code: httpx.CodeAccessDenied, Description: description, Status: http.StatusForbidden}
}

// attempts limits how often a change is tried again after a conflict, such as with a write of
// the operator.
const attempts = 3

// store stores the changed client, and waits until every replica has loaded it.
func (m *Management) store(ctx context.Context, stored *registrations.Registration, client registered.Client) (registration.Response, error) {
	for try := 1; ; try++ {
		generation := stored.Generation
		stored.Client, stored.Generation = client, generation+1
		changed, err := m.Registrations.Update(ctx, stored)
		if err == nil {
			return m.recorded(ctx, audit.Event{Decision: audit.Registration, Subject: stored.Registrant}, changed)
		}
		if !errors.Is(err, storage.ErrConflict) || try == attempts {
			return registration.Response{}, answer(err)
		}
		if stored, err = m.Registrations.Find(ctx, stored.Name); err != nil {
			return registration.Response{}, answer(err)
		}
		if stored == nil || stored.Generation != generation {
			return registration.Response{}, answer(storage.ErrConflict)
		}
	}
}
