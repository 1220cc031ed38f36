package serverspec

import (
	"cmp"
	"log/slog"
	"net/netip"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Settings are what an OAuthServer says, with the defaults of the schema where it was
// stored before a field was there.
type Settings struct {
	Issuer string
	Scopes []oauthv1alpha1.ScopeDefinition
	// Audiences is that of audiences.
	Audiences []oauthv1alpha1.AudienceDefinition
	// Tokens are those of clients that say nothing else.
	Tokens Tokens
	// SessionLifetime is how long users stay signed in, PageLifetime how long a page waits
	// for its user.
	SessionLifetime, PageLifetime time.Duration
	// SecondFactor says who has to give a second factor.
	SecondFactor oauthv1alpha1.SecondFactorMode
	// PushedAuthorization says that all clients must push their authorization requests.
	PushedAuthorization bool
	// Appearance says who the pages belong to.
	Appearance Appearance
	// LocalLogin says that OAuthUsers can sign in with passwords.
	LocalLogin bool
	// Documents are the clients with metadata documents that are accepted; nil for none.
	Documents *Documents
	// Registration says who may register clients.
	Registration Registration
	// Compatibility are the systems whose paths the server has as well.
	Compatibility []oauthv1alpha1.CompatibilityProfile
	// AutoRedirect says that users see no sign-in page where only one provider is left.
	AutoRedirect bool
	// DPoPNonce says that DPoP proofs must have a nonce of the server.
	DPoPNonce bool
	// SigningInterval is how often signing keys are replaced, RootInterval how often root
	// keys and peppers are, zero for never.
	SigningInterval, RootInterval time.Duration
	// MinRotation is the shortest interval at which client secrets are replaced.
	MinRotation time.Duration
	// TrustedProxies are the addresses whose X-Forwarded-For is believed, Outbound those
	// that may be called in any case.
	TrustedProxies, Outbound []netip.Prefix
	// Exposed says that requests from outside the cluster come through a proxy: that of an
	// Ingress or a Gateway.
	Exposed  bool
	LogLevel slog.Level
	Traces   Traces
	// Bounds are those of session objects.
	Bounds
}

// Traces say where spans go: nowhere without an endpoint.
type Traces struct {
	Endpoint string
	Ratio    float64
}

// Of returns the settings of a server.
func Of(server *oauthv1alpha1.OAuthServer) Settings {
	spec := &server.Spec
	return Settings{
		Issuer: spec.Issuer, Scopes: spec.Scopes, Audiences: spec.Audiences, Tokens: tokensOf(spec.Tokens),
		SessionLifetime:     duration(spec.Login.SessionLifetime, 12*time.Hour),
		PageLifetime:        duration(spec.Login.PageLifetime, 30*time.Minute),
		SecondFactor:        cmp.Or(spec.Login.SecondFactor, oauthv1alpha1.SecondFactorOff),
		PushedAuthorization: spec.Login.PushedAuthorization == oauthv1alpha1.PushedAuthorizationRequired,
		Appearance:          appearanceOf(spec),
		LocalLogin:          spec.Login.Local != oauthv1alpha1.LocalLoginDeny,
		Documents:           documentsOf(spec),
		Registration:        registrationOf(spec),
		Compatibility:       spec.Compatibility,
		DPoPNonce:           spec.HTTP.DPoPNonce == oauthv1alpha1.DPoPNonceRequire,
		AutoRedirect:        spec.Login.AutoRedirect,
		SigningInterval:     duration(spec.Keys.RotationInterval, 30*24*time.Hour),
		RootInterval:        duration(spec.Keys.RootRotationInterval, 0),
		MinRotation:         duration(spec.ClientSecrets.MinRotationInterval, time.Minute),
		TrustedProxies:      networks(spec.HTTP.TrustedProxies),
		Exposed:             spec.Exposure != nil,
		Outbound:            networks(spec.Outbound.Networks),
		LogLevel:            levelOf(spec.LogLevel),
		Traces:              tracesOf(spec.Telemetry.Traces),
		Bounds:              boundsOf(spec.Sessions),
	}
}

// SharedAddress reports whether all users have one address: that of a proxy which is not
// among those whose X-Forwarded-For is believed.
func (s *Settings) SharedAddress(trusted []netip.Prefix) bool { return s.Exposed && len(trusted) == 0 }

func duration(setting *metav1.Duration, fallback time.Duration) time.Duration {
	if setting == nil {
		return fallback
	}
	return setting.Duration
}

// networks leaves out what is none, which the schema refuses.
func networks(texts []oauthv1alpha1.Network) []netip.Prefix {
	var out []netip.Prefix
	for _, text := range texts {
		if prefix, err := ParseNetwork(string(text)); err == nil {
			out = append(out, prefix)
		}
	}
	return out
}

// ParseNetwork reads a network, or an address, which is a network of one.
func ParseNetwork(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	return prefix.Masked(), err
}

func levelOf(level oauthv1alpha1.LogLevel) slog.Level {
	switch level {
	case oauthv1alpha1.LogLevelDebug:
		return slog.LevelDebug
	case oauthv1alpha1.LogLevelWarn:
		return slog.LevelWarn
	case oauthv1alpha1.LogLevelError:
		return slog.LevelError
	case oauthv1alpha1.LogLevelInfo:
	}
	return slog.LevelInfo
}

func tracesOf(traces *oauthv1alpha1.ServerTraces) Traces {
	if traces == nil {
		return Traces{}
	}
	out := Traces{Endpoint: traces.Endpoint, Ratio: 1}
	if ratio, err := strconv.ParseFloat(traces.SamplingRatio, 64); err == nil {
		out.Ratio = ratio
	}
	return out
}
