package dpop

import (
	"flag"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/dpop/dpoptest"
	"github.com/grantor-dev/grantor/test/installation"
)

var mutants = flag.Int("mutants", 2000, "how many proofs are mutated")

// odd are values that a member of a proof does not have.
func odd(key dpoptest.Key) []any {
	return []any{
		nil, "", "x", 0, -1, 1e308, true, []any{}, map[string]any{}, strings.Repeat("A", 200), "\x00", "\u2028", "none", "HS256", "JWT", "..", "e30",
		key.JWK, map[string]any{"kty": "EC"}, map[string]any{"kty": "RSA", "n": "AQAB", "e": "AA"}, map[string]any{"kty": "OKP", "crv": "Ed25519", "x": ""},
		map[string]any{"kty": "EC", "crv": "P-256", "x": strings.Repeat("A", 43), "y": strings.Repeat("A", 43)}, "http://[::1", "%zz", "https://a/%2f", time.Now().Unix(),
	}
}

// mutant returns a proof in which something is not as it should be.
func mutant(r *rand.Rand, key dpoptest.Key, method, to string) string {
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	values := odd(key)
	switch r.IntN(4) {
	case 0:
		return key.Proof(method, to, map[string]any{pick("htm", "htu", "iat", "jti", "nonce", "ath", "exp"): values[r.IntN(len(values))]})
	case 1:
		claims := map[string]any{"htm": method, "htu": to, "iat": time.Now().Unix(), "jti": strings.Repeat("j", 1+r.IntN(20))}
		return key.Sign(map[string]any{pick("typ", "alg", "jwk", "crit", "b64", "zip", "kid"): values[r.IntN(len(values))]}, claims)
	case 2:
		parts := strings.Split(key.Proof(method, to, nil), ".")
		parts[r.IntN(3)] = pick("", "e30", "bnVsbA", "W10", "eyJhIjoxLCJhIjoyfQ", "!", strings.Repeat("A", 5000))
		return strings.Join(parts, ".")
	default:
		text := []byte(key.Proof(method, to, nil))
		for range 1 + r.IntN(3) {
			text[r.IntN(len(text))] = "AZaz09-_.=+/ ,"[r.IntN(14)]
		}
		return string(text)
	}
}

// Whatever a proof is, the answer is a refusal or what a good one gets, and never an error of
// the server.
func TestMutatedProofs(t *testing.T) {
	t.Parallel()
	p := newProgram(t, public)
	access, _ := p.tokens(t)["access_token"].(string)
	var mu sync.Mutex
	codes := map[string]int{}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(9449, uint64(worker)))
			for n := range *mutants / 4 {
				of := p.replica(t, n)
				var answer installation.Answer
				if n%4 == 0 {
					answer = of.userinfo(t, "DPoP", access, mutant(r, p.key, http.MethodGet, p.Issuer+"/userinfo"))
				} else {
					form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"x"}}
					answer = installation.Do(t, of.request(t, "/token", form, mutant(r, p.key, http.MethodPost, p.Issuer+"/token")))
				}
				if answer.Status >= http.StatusInternalServerError {
					t.Errorf("answered with %d %s", answer.Status, answer.Body)
				}
				mu.Lock()
				codes[answer.Code()]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	t.Logf("the answers: %v", codes)
	for code, least := range map[string]int{"invalid_dpop_proof": *mutants / 2, "use_dpop_nonce": *mutants / 100, "invalid_grant": *mutants / 100} {
		if codes[code] < least {
			t.Errorf("only %d answers are %s: the mutations do not reach what they should", codes[code], code)
		}
	}
}
