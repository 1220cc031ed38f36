package credentials

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/base64url"
)

// formatVersion begins every digest, so that a later format can stand beside it.
const formatVersion = "v1"

// Errors of Open.
var (
	// ErrUnknownPepper says that the digest's key is not among the peppers: they are
	// incomplete, or the entry was made for a server that is gone.
	ErrUnknownPepper = errors.New("the digest names a pepper that is not there")
	// ErrNotSealed says that the entry is not one that the operator wrote for this
	// client.
	ErrNotSealed = errors.New("the digest is malformed or its seal does not verify")
)

// Credential is a verified digest of a client secret.
type Credential struct {
	// CreatedAt is when the secret was made.
	CreatedAt time.Time
	// ExpiresAt is when it stops to authenticate; zero for never.
	ExpiresAt time.Time
	// RotationRequestedAt is the rotation request that was met when the secret was
	// made; zero if there was none. It confers nothing and is not sealed.
	RotationRequestedAt time.Time

	pepper Pepper
	sum    string
}

// New returns the credential of a secret of the client with the given UID:
// HMAC-SHA256 under a key of the pepper, over the UID (always 36 characters)
// followed by the secret.
func New(pepper Pepper, client types.UID, secret string, createdAt time.Time) Credential {
	return Credential{
		CreatedAt: createdAt.Truncate(time.Second),
		pepper:    pepper,
		sum:       string(pepper.digest.append(nil, string(client), secret)),
	}
}

// Status returns the entry that publishes c. Its seal covers the client and the
// times too: an entry that was moved to another client or prolonged is void.
func (c Credential) Status(client types.UID) oauthv1alpha1.CredentialStatus {
	entry := oauthv1alpha1.CredentialStatus{
		Digest: strings.Join([]string{
			formatVersion,
			c.pepper.id,
			base64.RawURLEncoding.EncodeToString([]byte(c.sum)),
			base64.RawURLEncoding.EncodeToString(c.seal(client)),
		}, "."),
		CreatedAt: metav1.NewTime(c.CreatedAt),
	}
	if !c.ExpiresAt.IsZero() {
		expires := metav1.NewTime(c.ExpiresAt)
		entry.ExpiresAt = &expires
	}
	if !c.RotationRequestedAt.IsZero() {
		requested := metav1.NewTime(c.RotationRequestedAt)
		entry.RotationRequestedAt = &requested
	}
	return entry
}

// Open verifies an entry of the status of the client with the given UID. It
// returns ErrUnknownPepper or ErrNotSealed.
func Open(peppers Peppers, client types.UID, entry oauthv1alpha1.CredentialStatus) (Credential, error) {
	parts := strings.Split(entry.Digest, ".")
	if len(parts) != 4 || parts[0] != formatVersion {
		return Credential{}, ErrNotSealed
	}
	pepper, ok := peppers.byID(parts[1])
	if !ok {
		return Credential{}, fmt.Errorf("pepper %q: %w", parts[1], ErrUnknownPepper)
	}
	sum, err := base64url.Decode(parts[2])
	if err != nil {
		return Credential{}, ErrNotSealed
	}
	seal, err := base64url.Decode(parts[3])
	if err != nil {
		return Credential{}, ErrNotSealed
	}
	c := Credential{CreatedAt: entry.CreatedAt.Time, pepper: pepper, sum: string(sum)}
	if entry.ExpiresAt != nil {
		c.ExpiresAt = entry.ExpiresAt.Time
	}
	if entry.RotationRequestedAt != nil {
		c.RotationRequestedAt = entry.RotationRequestedAt.Time
	}
	if !hmac.Equal(seal, c.seal(client)) {
		return Credential{}, ErrNotSealed
	}
	return c, nil
}

// PepperID returns the id of the pepper that made the digest.
func (c Credential) PepperID() string { return c.pepper.id }

// Under returns the same credential with the digest made by another pepper, which takes
// the secret itself.
func (c Credential) Under(pepper Pepper, client types.UID, secret string) Credential {
	c.pepper, c.sum = pepper, string(pepper.digest.append(nil, string(client), secret))
	return c
}

// Valid reports whether c still authenticates at the given time.
func (c Credential) Valid(now time.Time) bool {
	return c.ExpiresAt.IsZero() || now.Before(c.ExpiresAt)
}

// Matches reports, in constant time, whether secret is the one that c is the
// digest of.
func (c Credential) Matches(client types.UID, secret string) bool {
	// The zero Credential has no key, and matches nothing.
	return c.sum != "" && hmac.Equal([]byte(c.sum), c.pepper.digest.append(make([]byte, 0, sha256.Size), string(client), secret))
}

// ExpireAt returns c, ending at the given time if it does not end before. A status
// holds whole seconds, so the time is rounded up.
func (c Credential) ExpireAt(at time.Time) Credential {
	at = at.Add(time.Second - 1).Truncate(time.Second)
	if c.ExpiresAt.IsZero() || at.Before(c.ExpiresAt) {
		c.ExpiresAt = at
	}
	return c
}

func (c Credential) seal(client types.UID) []byte {
	expires := "never"
	if !c.ExpiresAt.IsZero() {
		expires = strconv.FormatInt(c.ExpiresAt.Unix(), 10)
	}
	return c.pepper.seal.append(nil,
		string(client), "\x00", c.sum, "\x00",
		strconv.FormatInt(c.CreatedAt.Unix(), 10), "\x00", expires)
}
