package objects

import (
	"net/http"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/registrations"
)

// admit returns an httpx.Error if the OAuthClient of a Registration would be refused. An
// OAuthClient that exists is not refused again.
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

// allowed returns an httpx.Error if an OAuthClient would be refused, with the words of its
// status.
func (r *Registrar) allowed(object *oauthv1alpha1.OAuthClient) error {
	refusal, err := r.Clients.Refuses(object)
	if err != nil {
		return httpx.Unavailable(err)
	}
	switch {
	case refusal == nil, refusal.Reason == oauthv1alpha1.ReasonSuspended:
		return nil
	case refusal.Reason == oauthv1alpha1.ReasonRedirectHostNotAllowed, refusal.Reason == oauthv1alpha1.ReasonRedirectSchemeNotAllowed:
		return httpx.BadRequest(httpx.CodeInvalidRedirectURI, "%s", refusal.Message)
	}
	return invalid("%s", refusal.Message)
}

// changed returns an OAuthClient as a Registration changes it.
func changed(object *oauthv1alpha1.OAuthClient, client registered.Client) *oauthv1alpha1.OAuthClient {
	next := object.DeepCopy()
	registered.Carry(&next.Spec, client)
	return next
}
