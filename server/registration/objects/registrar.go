package objects

import (
	"context"
	"errors"
	"net/http"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/serviceaccounts"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/registrations"
	"github.com/grantor-dev/grantor/server/tokens"
)

const (
	// patience is how long a request waits until every replica accepts its client.
	patience = 10 * time.Second
	// look is how often to look at the copy, and lookLive how often to ask whether the
	// operator refused the client.
	look, lookLive = 20 * time.Millisecond, 2 * time.Second
	// again is when to send a request again for which that took longer, in seconds.
	again = 5
)

// perCaller is how often one caller may register or manage clients.
var perCaller = limits.Budget{Burst: 60, Every: time.Second}

// Clients knows OAuthClients.
type Clients interface {
	// Candidate returns the OAuthClient with the given name, nil for none.
	Candidate(namespace, name string) *oauthv1alpha1.OAuthClient
	// Registered returns the client of a generation of a Registration, nil until every replica
	// has loaded it.
	Registered(namespace, name string, registration types.UID, generation int64) (*clients.Client, error)
	// Refuses returns why an OAuthClient would not be accepted, nil if it would.
	Refuses(object *oauthv1alpha1.OAuthClient) (*clientspec.Refusal, error)
	// CountRegistered returns how many OAuthClients of a namespace were registered.
	CountRegistered(namespace string) int
	// NamespaceLabels returns the labels of a namespace, and false if there is none.
	NamespaceLabels(name string) (map[string]string, bool)
}

// Tokens knows access tokens.
type Tokens interface {
	// Access returns the claims of a living access token, nil for any other.
	Access(token string) (*tokens.AccessClaims, error)
	// Owner returns its client, nil if it does not count any more.
	Owner(ctx context.Context, claims *tokens.AccessClaims) (*clients.Client, error)
}

// ServiceAccounts knows tokens of ServiceAccounts.
type ServiceAccounts interface {
	// Review returns the name of the user whose token it is, "" if it is not authentic.
	Review(ctx context.Context, q serviceaccounts.Question) (string, error)
}

var (
	_ Clients                = (*clients.Registry)(nil)
	_ Tokens                 = (*tokens.Verifier)(nil)
	_ ServiceAccounts        = (*serviceaccounts.Reviewer)(nil)
	_ registration.Registrar = (*Registrar)(nil)
)

// Registrar registers clients as objects.
type Registrar struct {
	// Server is the OAuthServer.
	Server   oauthv1alpha1.ServerReference
	Issuer   func() string
	Settings func() *serverspec.Settings
	Now      func() time.Time

	Tokens          Tokens
	ServiceAccounts ServiceAccounts
	Clients         Clients
	Registrations   *registrations.Store
	Keys            *keys.Store
	Limiter         *limits.Limiter
}

// Register implements registration.Registrar.
func (r *Registrar) Register(ctx context.Context, by registration.Bearer, m registration.Metadata) (registration.Response, error) {
	event := audit.Event{Decision: audit.Registration}
	who, err := r.callerOf(ctx, by)
	if err != nil {
		event.Refused = httpx.CodeOf(err)
		audit.Record(ctx, event)
		return registration.Response{}, err
	}
	event.Subject = who.name
	stored, err := r.store(ctx, who, m)
	if err == nil {
		return r.recorded(ctx, event, stored)
	}
	event.Refused = httpx.CodeOf(err)
	audit.Record(ctx, event)
	return registration.Response{}, err
}

// recorded waits until every replica accepts the client of a Registration, and records what
// became of a request.
func (r *Registrar) recorded(ctx context.Context, event audit.Event, stored *registrations.Registration) (registration.Response, error) {
	client, err := r.served(ctx, stored)
	if err != nil {
		event.Refused = httpx.CodeOf(err)
	} else {
		event.Client = client
	}
	audit.Record(ctx, event)
	if err != nil {
		return registration.Response{}, err
	}
	return r.response(stored, client)
}

// store stores what a caller registers, or finds what it stored before.
func (r *Registrar) store(ctx context.Context, who caller, m registration.Metadata) (*registrations.Registration, error) {
	client, err := clientOf(m, r.Server)
	if err != nil {
		return nil, err
	}
	wanted, err := r.Registrations.Of(who.name, who.uid, who.namespace, client)
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	if err := r.admit(wanted); err != nil {
		return nil, err
	}
	stored, err := r.Registrations.Create(ctx, wanted)
	if err != nil {
		return nil, answer(err)
	}
	return stored, nil
}

// admit returns an httpx.Error if the OAuthClient of a Registration would be refused. What is
// there already is not refused again.
func (r *Registrar) admit(wanted *registrations.Registration) error {
	if there := r.Clients.Candidate(wanted.Namespace, wanted.ClientName); there != nil && there.Labels[oauthv1alpha1.LabelRegistered] != "" {
		return nil
	}
	settings := r.Settings().Registration
	if most := settings.PerNamespace; r.Clients.CountRegistered(wanted.Namespace) >= most {
		return httpx.Spent(http.StatusServiceUnavailable, time.Minute,
			"The namespace has as many registered clients as it may (spec.registration.limits.perNamespace). Delete some, or ask the administrator of the server.")
	}
	object := &oauthv1alpha1.OAuthClient{Spec: wanted.Client.Spec}
	object.Namespace, object.Name, object.CreationTimestamp = wanted.Namespace, wanted.ClientName, metav1.NewTime(r.Now())
	return r.allowed(object)
}

// allowed returns an httpx.Error if an OAuthClient would be refused, as its status would say it.
func (r *Registrar) allowed(object *oauthv1alpha1.OAuthClient) error {
	refusal, err := r.Clients.Refuses(object)
	if err != nil {
		return httpx.Unavailable(err)
	}
	switch {
	case refusal == nil, refusal.Reason == oauthv1alpha1.ReasonSuspended:
		return nil
	case refusal.Reason == oauthv1alpha1.ReasonRedirectHostNotAllowed:
		return httpx.BadRequest(httpx.CodeInvalidRedirectURI, "%s", refusal.Message)
	}
	return invalid("%s", refusal.Message)
}

// answer returns the httpx.Error for what storage says.
func answer(err error) error {
	if refused, ok := errors.AsType[*registrations.RefusedError](err); ok {
		return invalid("%s", refused.Why)
	}
	if errors.Is(err, registrations.ErrDeleted) {
		return httpx.Spent(http.StatusServiceUnavailable, again*time.Second, "The registration was deleted meanwhile, or the namespace is full. Try again.")
	}
	if errors.Is(err, storage.ErrConflict) {
		return httpx.Spent(http.StatusServiceUnavailable, time.Second, "The registration is being changed by another request. Try again.")
	}
	return httpx.Unavailable(err)
}

// unaccepted returns an httpx.Error if the OAuthClient of a Registration was made, and the server
// refuses it, so that waiting is of no use: it was suspended, or a policy changed.
func (r *Registrar) unaccepted(stored *registrations.Registration) error {
	object := r.Clients.Candidate(stored.Namespace, stored.ClientName)
	if object == nil || object.Labels[oauthv1alpha1.LabelRegistered] != string(stored.UID) || registered.Generation(object) != stored.Generation {
		return nil
	}
	refusal, err := r.Clients.Refuses(object)
	if err != nil || refusal == nil {
		return httpx.UnavailableIf(err)
	}
	return &httpx.Error{Code: httpx.CodeAccessDenied, Description: refusal.Message, Status: http.StatusForbidden}
}

// served waits until every replica accepts the client of a Registration.
func (r *Registrar) served(ctx context.Context, stored *registrations.Registration) (*clients.Client, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ticker, live := time.NewTicker(look), time.NewTicker(lookLive)
	defer ticker.Stop()
	defer live.Stop()
	if err := r.unaccepted(stored); err != nil {
		return nil, err
	}
	for {
		client, err := r.Clients.Registered(stored.Namespace, stored.ClientName, stored.UID, r.present(stored))
		if err != nil {
			return nil, httpx.Unavailable(err)
		}
		if client != nil {
			return client, nil
		}
		select {
		case <-ctx.Done():
			return nil, httpx.Spent(http.StatusServiceUnavailable, again*time.Second,
				"The registration is stored, and not every replica accepts the client yet. Send the same request again.")
		case <-live.C:
			if err := r.refused(ctx, stored.Name); err != nil {
				return nil, err
			}
		case <-ticker.C:
		}
	}
}

// present returns the generation of a Registration that its client should have. A change that
// cannot be made leaves the client as it was.
func (r *Registrar) present(stored *registrations.Registration) int64 {
	if object := r.Clients.Candidate(stored.Namespace, stored.ClientName); object != nil && stored.Refusal != "" {
		return registered.Generation(object)
	}
	return stored.Generation
}

// refused returns an httpx.Error if a Registration that was stored does not count any more.
func (r *Registrar) refused(ctx context.Context, name string) error {
	current, err := r.Registrations.Find(ctx, name)
	switch {
	case err != nil:
		return answer(err)
	case current == nil:
		return answer(registrations.ErrDeleted)
	case current.Refusal != "":
		return invalid("%s", current.Refusal)
	}
	return nil
}

// response returns what a client is told of its registration.
func (r *Registrar) response(stored *registrations.Registration, client *clients.Client) (registration.Response, error) {
	set, err := r.Keys.Current()
	if err != nil {
		return registration.Response{}, httpx.Unavailable(err)
	}
	object := r.Clients.Candidate(stored.Namespace, stored.ClientName)
	if object == nil {
		return registration.Response{}, errGone()
	}
	out := registration.Response{
		Metadata: metadataOf(&object.Spec, object.Annotations[oauthv1alpha1.AnnotationSoftware]),
		ClientID: client.GetID(), IssuedAt: object.CreationTimestamp.Time,
		AccessToken: stored.Token(set, r.Issuer()), ClientURL: r.Issuer() + endpoints.Registration + "/" + stored.Name,
	}
	if secret, ok := client.DerivedSecret(); ok {
		// The key that it is derived from is kept for as long after the next one is in use.
		out.Secret, out.SecretExpiresAt = secret, r.Now().Add(keyring.ConsentLifetime)
	}
	return out, nil
}

func errGone() error {
	return &httpx.Error{Code: httpx.CodeInvalidToken, Description: "There is no such registration.", Status: http.StatusUnauthorized, Scheme: httpx.SchemeBearer}
}

// changed returns an OAuthClient as a Registration changes it.
func changed(object *oauthv1alpha1.OAuthClient, client registered.Client) *oauthv1alpha1.OAuthClient {
	next := object.DeepCopy()
	registered.Carry(&next.Spec, client)
	return next
}
