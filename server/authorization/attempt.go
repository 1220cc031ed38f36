package authorization

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

const (
	// attemptVersion is the version of the cookie. Another is ignored.
	attemptVersion = 1
	// attemptLifetime is how long a user can be at a provider.
	attemptLifetime = 10 * time.Minute
	// maxAttempts is how many sign-ins elsewhere a browser can be in the middle of.
	maxAttempts = 3
	// attemptPrefix begins the names of the cookies of an attempt; the first characters of its
	// state and the number of the part follow.
	attemptPrefix = "elsewhere-"
	shortState    = 8
	// partSize is the length of a part, and maxParts how many there can be: browsers bound a
	// cookie at 4 KiB.
	partSize, maxParts = 3200, 2
	// maxKept is the length of all attempts: proxies bound the line with all cookies of a
	// browser, often at 8 KiB.
	maxKept = maxParts * partSize
)

// attempt is a user who is at a provider. Sealed cookies have all of it, so that nothing is
// stored before somebody comes back.
type attempt struct {
	V int `json:"v"`
	// State is what the provider sends back, Nonce what its ID token has, Verifier the
	// code_verifier (RFC 7636).
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"k"`
	// Provider is the name of the provider, and Version that of what it was.
	Provider    string `json:"p"`
	Version     string `json:"i"`
	RedirectURI string `json:"r"`
	// Began is in milliseconds since 1970. Login says that a fresh sign-in was asked for.
	Began int64 `json:"b"`
	Login bool  `json:"l,omitempty"`
	// Pending is the interaction.
	Pending pending `json:"f"`
}

func (a *attempt) began() time.Time { return time.UnixMilli(a.Began) }

// newVerifier returns 256 random bits.
func newVerifier() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func partOf(state string, part int) string {
	return attemptPrefix + state[:shortState] + "-" + strconv.Itoa(part)
}

// keep gives the browser of a visit the cookies of an attempt.
func (s *Service) keep(v *flow.Visit, a *attempt) error {
	a.V = attemptVersion
	plain, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("encode attempt: %w", err)
	}
	sealed := v.Set.Seal(keys.PurposeUpstream, s.Issuer(), plain)
	if len(sealed) > maxKept {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "The application's request is too long to sign in elsewhere.")
	}
	s.forgetOld(v, len(sealed))
	for part := 0; len(sealed) > 0; part++ {
		n := min(len(sealed), partSize)
		v.Keep(partOf(a.State, part), sealed[:n], attemptLifetime)
		sealed = sealed[n:]
	}
	return nil
}

// dropAttempt takes back the cookies of an attempt.
func (s *Service) dropAttempt(r *http.Request, v *flow.Visit, short string) {
	for _, name := range v.KeptNames(r, attemptPrefix+short+"-") {
		v.Drop(name)
	}
}

// openAttempt returns the attempt of the first characters of a state, nil for none that counts.
func (s *Service) openAttempt(r *http.Request, v *flow.Visit, short string) *attempt {
	var sealed strings.Builder
	for part := range maxParts {
		value := v.Kept(r, attemptPrefix+short+"-"+strconv.Itoa(part))
		if value == "" {
			break
		}
		sealed.WriteString(value)
	}
	a := &attempt{}
	plain, err := v.Set.Open(keys.PurposeUpstream, s.Issuer(), sealed.String())
	if err != nil || json.Unmarshal(plain, a) != nil || a.V != attemptVersion || !storage.ValidName(a.State) || a.State[:shortState] != short {
		return nil
	}
	if now := s.Now(); !now.Before(a.began().Add(attemptLifetime)) {
		return nil
	}
	return a
}

// attemptOf returns the attempt that an answer of a provider belongs to, nil for none. The
// answer must have come to the redirect URI of the very provider (RFC 9700 section 4.4).
func (s *Service) attemptOf(r *http.Request, v *flow.Visit, provider string) *attempt {
	state := r.Form.Get("state")
	if !storage.ValidName(state) {
		return nil
	}
	a := s.openAttempt(r, v, state[:shortState])
	if a == nil || subtle.ConstantTimeCompare([]byte(a.State), []byte(state)) != 1 || a.Provider != provider {
		return nil
	}
	return a
}
