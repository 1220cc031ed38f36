package providers

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/providerspec"
)

// Provider is an OAuthIdentityProvider that the server uses. It does not change; a change of
// the object or of its secret makes another one.
type Provider struct {
	// Object is the object, without its status. It must not be changed.
	Object *oauthv1alpha1.OAuthIdentityProvider
	// Settings are what it says.
	providerspec.Settings
	// Name begins the subject of each of its users.
	Name string
	// RedirectURI is where users come back to, empty for a directory.
	RedirectURI string
	// Realm is whose accounts those of the provider are.
	Realm string
	// Version is another one whenever the object or the secret is another one.
	Version string
	// Complete says that the secret that the object names is there, if it names one. Without it,
	// nobody can sign in, and the provider cannot be asked again; users who are signed in stay
	// so for the tolerated time.
	Complete bool

	secret string
}

// Secret returns the client secret or the bind password; empty if there is none.
func (p *Provider) Secret() string { return p.secret }

// LogValue implements slog.LogValuer: a log has the name, and never the secret.
func (p *Provider) LogValue() slog.Value { return slog.StringValue(p.Name) }

// String implements fmt.Stringer, so that no message has the secret.
func (p *Provider) String() string { return p.Name }

// GoString implements fmt.GoStringer likewise.
func (p *Provider) GoString() string { return p.Name }

func newProvider(object *oauthv1alpha1.OAuthIdentityProvider, issuer string, entry []byte) *Provider {
	p := &Provider{
		Object: object, Settings: providerspec.Of(object), Name: object.Name, RedirectURI: providerspec.RedirectURI(issuer, object),
		Realm:    providerspec.Realm(object),
		Complete: true,
	}
	if providerspec.SecretRef(object) != nil {
		p.secret, p.Complete = providerspec.DecodeCredential(object, entry)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %q %q", object.UID, object.Generation, p.RedirectURI, p.secret))
	p.Version = base64.RawURLEncoding.EncodeToString(sum[:])
	return p
}
