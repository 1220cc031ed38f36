package registrations

import (
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/server/keys"
)

// tokenPrefix begins every registration access token, so that leaked ones can be recognised.
const tokenPrefix = "gra_"

// nameLength is how long a name is (keys.Set.Names).
const nameLength = 40

// Registration is a client that registered itself.
type Registration struct {
	// Name is that of the object; UID is empty until it is stored.
	Name string
	UID  types.UID
	// Namespace and ClientName are those of its OAuthClient.
	Namespace, ClientName string
	// Registrant is who registered it.
	Registrant string
	// Generation counts its changes.
	Generation int64
	// Client is what the OAuthClient is made of.
	Client registered.Client
	// Created is when it was stored first, and New says that this call did.
	Created time.Time
	New     bool
	// Refusal is why the OAuthClient cannot be changed to that; empty while nothing is wrong.
	Refusal string

	// version is that of the object, and clientUID what the operator wrote.
	version, clientUID string
}

// Token returns the registration access token: a code of the object, and one by which a token
// that was made up is refused without a read. It stays the same for as long as the object is
// there, so that no answer that is lost shuts a client out.
func (r *Registration) Token(set *keys.Set, issuer string) string {
	return tokenPrefix + set.MAC(keys.PurposeRegistrationToken, r.codeOf(issuer)...) +
		"." + set.MAC(keys.PurposeRegistrationToken, formOf(issuer, r.Name)...)
}

// IsToken reports whether a text has the form of a registration access token that the server
// made for a Registration of the name.
func IsToken(set *keys.Set, issuer, name, token string) bool {
	_, form, ok := parts(token)
	return ok && ValidName(name) && set.VerifyMAC(keys.PurposeRegistrationToken, form, formOf(issuer, name)...)
}

// Has reports whether a token is the registration access token.
func (r *Registration) Has(set *keys.Set, issuer, token string) bool {
	code, _, ok := parts(token)
	if !ok || r.UID == "" || !IsToken(set, issuer, r.Name, token) {
		return false
	}
	return set.VerifyMAC(keys.PurposeRegistrationToken, code, r.codeOf(issuer)...)
}

func parts(token string) (code, form string, ok bool) {
	rest, ok := strings.CutPrefix(token, tokenPrefix)
	if !ok {
		return "", "", false
	}
	return strings.Cut(rest, ".")
}

func (r *Registration) codeOf(issuer string) []string { return []string{issuer, r.Name, string(r.UID)} }

func formOf(issuer, name string) []string { return []string{issuer, name} }

// ValidName reports whether a text has the form of the name of a Registration.
func ValidName(name string) bool {
	return len(name) == nameLength && !strings.ContainsFunc(name, func(c rune) bool { return !strings.ContainsRune("0123456789abcdef", c) })
}

func (s *Store) object(r *Registration) (*sessionv1alpha1.Registration, error) {
	set, err := s.objects.Keys.Current()
	if err != nil {
		return nil, err
	}
	payload, err := r.Client.Encode()
	if err != nil {
		return nil, err
	}
	object := &sessionv1alpha1.Registration{Spec: sessionv1alpha1.RegistrationSpec{
		Server: s.server, Namespace: r.Namespace, Client: r.ClientName, Registrant: r.Registrant, Generation: r.Generation,
		State: sessionv1alpha1.RegistrationRegistered, ClientUID: r.clientUID, Payload: payload,
	}}
	object.Namespace, object.Name, object.ResourceVersion = s.objects.Namespace, r.Name, r.version
	pepper, _ := set.Peppers().Current()
	object.Spec.Seal = registered.Parts(object).Seal(pepper)
	return object, nil
}

// read returns what an object says, ErrDeleted with what it said, a RefusedError, or errVoid with
// what is needed to write it anew.
func (s *Store) read(object *sessionv1alpha1.Registration) (*Registration, error) {
	set, err := s.objects.Keys.Current()
	if err != nil {
		return nil, err
	}
	r := &Registration{
		Name: object.Name, UID: object.UID, Namespace: object.Spec.Namespace, ClientName: object.Spec.Client,
		Registrant: object.Spec.Registrant, Generation: object.Spec.Generation, Refusal: object.Spec.Refusal, Created: object.CreationTimestamp.Time,
		version: object.ResourceVersion, clientUID: object.Spec.ClientUID,
	}
	if object.Spec.State == sessionv1alpha1.RegistrationRefused {
		return nil, &RefusedError{object.Spec.Refusal}
	}
	authentic := object.Spec.Server == s.server && registered.Parts(object).Sealed(set.Peppers(), object.Spec.Seal)
	if authentic {
		r.Client, err = registered.Decode(object.Spec.Payload)
	}
	switch {
	case object.Spec.State != sessionv1alpha1.RegistrationRegistered || object.DeletionTimestamp != nil:
		return r, ErrDeleted
	case !authentic || err != nil:
		return r, errVoid
	}
	return r, nil
}
