package providerspec

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// maxCredential is how many bytes a client secret or a bind password may have.
const maxCredential = 4096

// Credential is a client secret or a bind password, and its destination.
type Credential struct {
	// Target stands for the destination it may be sent to.
	Target string `json:"target"`
	// Value is the secret itself.
	Value string `json:"value"`
}

// NewCredential returns the credential for a provider. Its error says what is wrong with the
// value, which it does not contain.
func NewCredential(p *oauthv1alpha1.OAuthIdentityProvider, value []byte) (Credential, error) {
	text := strings.TrimSuffix(strings.TrimSuffix(string(value), "\n"), "\r")
	switch {
	case text == "":
		return Credential{}, errors.New("it is empty")
	case len(text) > maxCredential:
		return Credential{}, errors.New("it has more than 4,096 bytes")
	case !utf8.ValidString(text):
		return Credential{}, errors.New("it is not UTF-8")
	case strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f }):
		return Credential{}, errors.New("it has control characters, such as a line break inside it")
	}
	return Credential{Target: Target(p), Value: text}, nil
}

// Encode returns the entry of a credential in the Secret that the server reads.
func (c Credential) Encode() ([]byte, error) { return json.Marshal(c) }

// DecodeCredential reads the entry of a provider. It returns false if there is none for the
// present spec of the provider: a secret is sent only to the destination it was given for.
func DecodeCredential(p *oauthv1alpha1.OAuthIdentityProvider, entry []byte) (string, bool) {
	var c Credential
	if json.Unmarshal(entry, &c) != nil || c.Value == "" || c.Target != Target(p) {
		return "", false
	}
	return c.Value, true
}

// Target stands for the destination of a provider's secret, and for the secret itself.
func Target(p *oauthv1alpha1.OAuthIdentityProvider) string {
	parts := []string{typeOf(p)}
	switch spec := &p.Spec; {
	case spec.OIDC != nil:
		parts = append(parts, string(spec.OIDC.Issuer), spec.OIDC.ClientID)
	case spec.OAuth2 != nil:
		parts = append(parts, spec.OAuth2.ClientID)
		if spec.OAuth2.Custom != nil {
			parts = append(parts, string(spec.OAuth2.Custom.TokenEndpoint))
		}
		if spec.OAuth2.GitHub != nil {
			parts = append(parts, string(spec.OAuth2.GitHub.Server))
		}
	case spec.LDAP != nil:
		parts = append(parts, spec.LDAP.URL, spec.LDAP.BindDN)
	}
	if ref := SecretRef(p); ref != nil {
		parts = append(parts, ref.Name, SecretKey(p))
	}
	return digest(parts)
}

// digest stands for a list of texts.
func digest(parts []string) string {
	// Encoding a list of strings does not fail.
	plain, _ := json.Marshal(parts)
	sum := sha256.Sum256(plain)
	return base64.RawURLEncoding.EncodeToString(sum[:15])
}
