package connect

import (
	"cmp"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/grantor-dev/grantor/internal/handover"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

const (
	// attemptVersion is the version of the cookie. Another is ignored.
	attemptVersion = 1
	// maxAttempts is how many providers a browser can be at.
	maxAttempts = 3
	// cookiePrefix begins the name of the cookie of an attempt; the first characters of its state
	// follow.
	cookiePrefix = "connect-"
	shortState   = 8
)

// attempt is a person who is at a provider. A sealed cookie has all of it, so that nothing is
// stored before somebody comes back.
type attempt struct {
	Version int `json:"v"`
	// State is what the provider sends back (RFC 6749 section 10.12), and Connection the name
	// that the Connection gets.
	State      string `json:"s"`
	Connection string `json:"c"`
	// Namespace and Name are those of the OAuthToken, and Seen is what the person saw.
	Namespace string `json:"n"`
	Name      string `json:"t"`
	Seen      seen   `json:"d"`
	// Subject and UserUID are the person's.
	Subject string `json:"p"`
	UserUID string `json:"u"`
	// Verifier is the code_verifier (RFC 7636); empty for none.
	Verifier    string `json:"k,omitempty"`
	RedirectURI string `json:"r"`
	// Expires is in milliseconds since 1970.
	Expires int64 `json:"e"`
}

// newVerifier returns 256 random bits.
func newVerifier() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func cookieOf(state string) string { return cookiePrefix + state[:shortState] }

// keep gives the browser of a visit the cookie of an attempt, and takes back the oldest of too
// many.
func (s *Service) keep(r *http.Request, v *flow.Visit, a *attempt) error {
	plain, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("encode attempt: %w", err)
	}
	for _, name := range s.old(r, v) {
		v.Drop(name)
	}
	v.Keep(cookieOf(a.State), v.Set.Seal(keys.PurposeConnect, s.Issuer(), plain), handover.MaxAge)
	return nil
}

// old returns the names of cookies that must go for another attempt: the oldest of too many, and
// those that do not open.
func (s *Service) old(r *http.Request, v *flow.Visit) []string {
	var gone []string
	open := map[string]*attempt{}
	var living []string
	for _, name := range v.KeptNames(r, cookiePrefix) {
		if a := s.open(v, v.Kept(r, name)); a != nil {
			open[name], living = a, append(living, name)
		} else {
			gone = append(gone, name)
		}
	}
	slices.SortFunc(living, func(a, b string) int { return cmp.Compare(open[a].Expires, open[b].Expires) })
	return append(gone, living[:max(0, len(living)-maxAttempts+1)]...)
}

// open returns the attempt of a cookie, nil for none that counts.
func (s *Service) open(v *flow.Visit, sealed string) *attempt {
	var a attempt
	plain, err := v.Set.Open(keys.PurposeConnect, s.Issuer(), sealed)
	if err != nil || json.Unmarshal(plain, &a) != nil || a.Version != attemptVersion || !storage.ValidName(a.State) {
		return nil
	}
	if !s.Now().Before(time.UnixMilli(a.Expires)) {
		return nil
	}
	return &a
}

// attemptOf returns the attempt that an answer of a provider belongs to, nil for none.
func (s *Service) attemptOf(r *http.Request, v *flow.Visit) *attempt {
	state := r.Form.Get("state")
	if !storage.ValidName(state) {
		return nil
	}
	a, n := s.open(v, v.Kept(r, cookieOf(state))), nameOf(r)
	if a == nil || subtle.ConstantTimeCompare([]byte(a.State), []byte(state)) != 1 || a.Namespace != n.namespace || a.Name != n.name {
		return nil
	}
	return a
}
