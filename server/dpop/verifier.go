package dpop

import (
	"net/http"
	"time"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
)

const (
	// maxAge is how old a proof may be, and maxAhead how far the clock of its maker may be
	// ahead. A fresh nonce stands for both.
	maxAge   = 60 * time.Second
	maxAhead = 10 * time.Second
)

// Headers of requests and of answers, as net/http spells them.
const (
	headerProof = "Dpop"
	headerNonce = "Dpop-Nonce"
)

// Options are what a Verifier needs.
type Options struct {
	// Issuer returns the issuer URL, Now the time.
	Issuer func() string
	Now    func() time.Time
	Keys   *keys.Store
	// URLs returns the URLs of an endpoint: first the public one, then those by which pods of
	// the cluster call it. What the Host of a request says is never believed.
	URLs func(path string) []string
	// NonceRequired reports whether proofs must have a fresh nonce.
	NonceRequired func() bool
}

// Target is the request that a proof is to be for.
type Target struct {
	Method string
	// URLs are those by which the sender may know what it asks; at least one.
	URLs []string
}

// Verifier verifies the proofs of requests.
type Verifier struct {
	Options

	// Anyone can make proofs for the endpoints of clients, and must not make those forgotten
	// that were sent with an access token.
	ofClients, ofTokens *replays
}

// New returns a Verifier.
func New(options Options) *Verifier { return &Verifier{options, newReplays(), newReplays()} }

// Proof returns the thumbprint of the key that the sender of a client's request to an
// endpoint has; empty for a request without a proof. It returns an httpx.Error. The answer
// gets a nonce.
func (v *Verifier) Proof(w http.ResponseWriter, r *http.Request, path string) (string, error) {
	if len(r.Header[headerProof]) == 0 {
		return "", nil
	}
	p, err := v.verify(w, r, Target{r.Method, v.URLs(path)})
	if err != nil {
		return "", err
	}
	if !v.ofClients.first(p.thumbprint, p.claims.ID) {
		return "", errReplay
	}
	return p.thumbprint, nil
}

// Shown returns an httpx.Error unless a request with an access token has a proof for it, of
// the key with a thumbprint. The answer gets a nonce.
func (v *Verifier) Shown(w http.ResponseWriter, r *http.Request, path, token, thumbprint string) error {
	return v.ShownFor(w, r, Target{r.Method, v.URLs(path)}, token, thumbprint)
}

// ShownFor is Shown for a proof that was made for another request, which a proxy has got and
// asks about.
func (v *Verifier) ShownFor(w http.ResponseWriter, r *http.Request, to Target, token, thumbprint string) error {
	if len(r.Header[headerProof]) == 0 {
		return errMissing
	}
	p, err := v.verify(w, r, to)
	switch {
	case err != nil:
		return err
	case p.thumbprint != thumbprint:
		return errOtherKey
	case !p.shows(token):
		return errToken
	case !v.ofTokens.first(p.thumbprint, p.claims.ID):
		return errReplay
	}
	return nil
}

// verify returns the proof of a request if it is one for the target, made just now.
func (v *Verifier) verify(w http.ResponseWriter, r *http.Request, to Target) (*proof, error) {
	set, err := v.Keys.Current()
	if err != nil {
		return nil, httpx.Unavailable(err)
	}
	issuer, now := v.Issuer(), v.Now()
	w.Header()[headerNonce] = []string{newNonce(set, issuer, now)}
	if len(r.Header[headerProof]) > 1 {
		return nil, errSeveral
	}
	p, err := read(r.Header[headerProof][0])
	if err != nil {
		return nil, err
	}
	if err := p.isFor(to.Method, to.URLs); err != nil {
		return nil, err
	}
	return p, v.recent(p, set, issuer, now)
}

// recent returns an httpx.Error unless a proof was made just now: as its nonce shows, or its
// iat. A client whose clock is wrong is told to use a nonce.
func (v *Verifier) recent(p *proof, set *keys.Set, issuer string, now time.Time) error {
	nonce := p.claims.Nonce
	known, fresh := nonceOf(set, issuer, nonce, now)
	made := *p.claims.IssuedAt
	at := float64(now.UnixNano()) / float64(time.Second)
	switch {
	case fresh:
		return nil
	case nonce != "" && !known:
		return errNonce
	case v.NonceRequired():
		return errNonce
	case made < at-maxAge.Seconds() || made > at+maxAhead.Seconds():
		return errTime
	}
	return nil
}
