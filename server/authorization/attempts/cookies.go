package attempts

import (
	"crypto/subtle"
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
	// prefix begins the names of the cookies of an attempt; the first characters of its state
	// and the number of the part follow.
	prefix     = "elsewhere-"
	shortState = 8
	// partSize is the length of a part, and maxParts how many there can be: browsers bound a
	// cookie at 4 KiB.
	partSize, maxParts = 3200, 2
)

// Cookies keep attempts.
type Cookies struct {
	// Issuer returns the issuer URL.
	Issuer func() string
	// Now is the clock.
	Now func() time.Time
}

func nameOf(short string, part int) string { return prefix + short + "-" + strconv.Itoa(part) }

// Keep gives the browser of a visit the cookies of an attempt. Its errors are for the user.
func (c *Cookies) Keep(v *flow.Visit, a *Attempt) error {
	a.V = version
	plain, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("encode attempt: %w", err)
	}
	sealed := v.Set.Seal(keys.PurposeUpstream, c.Issuer(), plain)
	if len(sealed) > maxKept {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "The application's request is too long to sign in elsewhere.")
	}
	c.makeRoom(v, len(sealed))
	for part := 0; len(sealed) > 0; part++ {
		n := min(len(sealed), partSize)
		v.Keep(nameOf(a.State[:shortState], part), sealed[:n], Lifetime)
		sealed = sealed[n:]
	}
	return nil
}

// Find returns the attempt that an answer of a provider belongs to, nil for none. The answer must
// have come to the redirect URI of the very provider (RFC 9700 section 4.4).
func (c *Cookies) Find(r *http.Request, v *flow.Visit, provider string) *Attempt {
	state := r.Form.Get("state")
	if !storage.ValidName(state) {
		return nil
	}
	a := c.open(r, v, state[:shortState])
	if a == nil || subtle.ConstantTimeCompare([]byte(a.State), []byte(state)) != 1 || a.Provider != provider {
		return nil
	}
	return a
}

// Drop takes back the cookies of an attempt.
func (c *Cookies) Drop(r *http.Request, v *flow.Visit, a *Attempt) { drop(r, v, a.State[:shortState]) }

func drop(r *http.Request, v *flow.Visit, short string) {
	for _, name := range v.KeptNames(r, prefix+short+"-") {
		v.Drop(name)
	}
}

// open returns the attempt of the first characters of a state, nil for none that counts.
func (c *Cookies) open(r *http.Request, v *flow.Visit, short string) *Attempt {
	var sealed strings.Builder
	for part := range maxParts {
		value := v.Kept(r, nameOf(short, part))
		if value == "" {
			break
		}
		sealed.WriteString(value)
	}
	a := &Attempt{}
	plain, err := v.Set.Open(keys.PurposeUpstream, c.Issuer(), sealed.String())
	if err != nil || json.Unmarshal(plain, a) != nil || a.V != version || !storage.ValidName(a.State) || a.State[:shortState] != short {
		return nil
	}
	if now := c.Now(); !now.Before(a.began().Add(Lifetime)) {
		return nil
	}
	return a
}
