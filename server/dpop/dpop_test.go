package dpop

import (
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/dpop/dpoptest"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/keys/keystest"
)

const (
	issuer   = "https://id.example/auth"
	tokenURL = issuer + "/token"
)

// verifier returns a Verifier at a time, which proofs of dpoptest take for now.
func verifier(t testing.TB, store *keys.Store, required bool) *Verifier {
	t.Helper()
	return New(Options{
		Issuer: func() string { return issuer }, Keys: store, Now: time.Now,
		URLs: func(path string) []string {
			return []string{issuer + path, "http://default-oauth.system.svc/auth" + path}
		},
		NonceRequired: func() bool { return required },
	})
}

// ask sends a request with proofs, and returns the thumbprint, the code of the refusal and
// the nonce of the answer.
func ask(v *Verifier, proofs ...string) (thumbprint, code, nonce string) {
	// The Host is an attacker's.
	r := httptest.NewRequest(http.MethodPost, "https://evil.example/token", http.NoBody)
	for _, proof := range proofs {
		r.Header.Add("DPoP", proof)
	}
	w := httptest.NewRecorder()
	thumbprint, err := v.Proof(w, r, "/token")
	if err != nil {
		code = httpx.CodeOf(err)
		if e, ok := errors.AsType[*httpx.Error](err); ok && e.Status != http.StatusBadRequest {
			code += " " + http.StatusText(e.Status)
		}
	}
	return thumbprint, code, w.Header().Get("DPoP-Nonce")
}

// Verifying a signature of a large RSA key, which anyone can send, would cost a hundred times
// as much as that of others.
func TestCostlyKeys(t *testing.T) {
	key := dpoptest.NewKeyFor(t, "PS256")
	for name, change := range map[string]map[string]any{
		"a modulus of 4104 bits": {"n": strings.Repeat("_", 684)},
		"a large exponent":       {"e": "f____w"},
		"the exponent 3":         {"e": "Aw"},
	} {
		jwk := maps.Clone(key.JWK)
		maps.Copy(jwk, change)
		_, err := read(key.Sign(map[string]any{"jwk": jwk}, map[string]any{"htm": "POST"}))
		if refusal, _ := errors.AsType[*httpx.Error](err); refusal != errCostly {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := read(key.Sign(nil, map[string]any{"htm": "POST"})); err != nil {
		t.Errorf("a key of 2048 bits: %v", err)
	}
}

func TestRulesOfProofs(t *testing.T) {
	store := keystest.NewStore(t)
	v := verifier(t, store, false)
	key := dpoptest.NewKey(t)
	at := time.Now()
	v.Now = func() time.Time { return at }
	now := at.Unix()
	good := func(claims map[string]any) string {
		all := map[string]any{"iat": now}
		maps.Copy(all, claims)
		return key.Proof(http.MethodPost, tokenURL, all)
	}
	headed := func(header map[string]any) string {
		return key.Sign(header, map[string]any{"htm": "POST", "htu": tokenURL, "iat": now, "jti": "j" + time.Now().String()})
	}
	private := map[string]any{"d": strings.Repeat("A", 43)}
	maps.Copy(private, key.JWK)
	other := dpoptest.NewKey(t)
	proof := good(nil)
	parts := strings.Split(proof, ".")
	foreign := headed(map[string]any{"jwk": other.JWK})
	for name, test := range map[string]struct {
		proofs []string
		code   string
	}{
		"none":                              {nil, ""},
		"a good one":                        {[]string{good(nil)}, ""},
		"one with EdDSA":                    {[]string{dpoptest.NewKeyFor(t, "EdDSA").Proof("POST", tokenURL, map[string]any{"iat": now})}, ""},
		"one with PS256":                    {[]string{dpoptest.NewKeyFor(t, "PS256").Proof("POST", tokenURL, map[string]any{"iat": now})}, ""},
		"one with Ed25519":                  {[]string{dpoptest.NewKeyFor(t, "Ed25519").Proof("POST", tokenURL, map[string]any{"iat": now})}, ""},
		"the internal URL":                  {[]string{good(map[string]any{"htu": "http://default-oauth.system.svc/auth/token"})}, ""},
		"a URL with a query and a fragment": {[]string{good(map[string]any{"htu": tokenURL + "?a=b#c"})}, ""},
		"a URL in other words":              {[]string{good(map[string]any{"htu": "HTTPS://ID.example:443/x/../auth/./%74oken"})}, ""},
		"59 seconds old":                    {[]string{good(map[string]any{"iat": now - 58})}, ""},
		"with parts of a second":            {[]string{good(map[string]any{"iat": float64(now) - 0.5})}, ""},
		"of another's clock":                {[]string{good(map[string]any{"iat": now + 8})}, ""},
		"with claims of others":             {[]string{good(map[string]any{"x": map[string]any{"y": 1}, "ath": "z"})}, ""},

		"two":                         {[]string{good(nil), good(nil)}, httpx.CodeInvalidDPoPProof},
		"an empty one":                {[]string{""}, httpx.CodeInvalidDPoPProof},
		"no JWT":                      {[]string{"x.y.z"}, httpx.CodeInvalidDPoPProof},
		"two parts":                   {[]string{parts[0] + "." + parts[1]}, httpx.CodeInvalidDPoPProof},
		"four parts":                  {[]string{proof + ".x"}, httpx.CodeInvalidDPoPProof},
		"no signature":                {[]string{parts[0] + "." + parts[1] + "."}, httpx.CodeInvalidDPoPProof},
		"the claims of another":       {[]string{parts[0] + "." + strings.Split(good(nil), ".")[1] + "." + parts[2]}, httpx.CodeInvalidDPoPProof},
		"padded":                      {[]string{proof + "="}, httpx.CodeInvalidDPoPProof},
		"too long":                    {[]string{good(map[string]any{"x": strings.Repeat("x", 3500)})}, httpx.CodeInvalidDPoPProof},
		"of no type":                  {[]string{headed(map[string]any{"typ": nil})}, httpx.CodeInvalidDPoPProof},
		"of type JWT":                 {[]string{headed(map[string]any{"typ": "JWT"})}, httpx.CodeInvalidDPoPProof},
		"with crit":                   {[]string{headed(map[string]any{"crit": []string{"x"}})}, httpx.CodeInvalidDPoPProof},
		"with b64":                    {[]string{headed(map[string]any{"b64": false})}, httpx.CodeInvalidDPoPProof},
		"with alg none":               {[]string{headed(map[string]any{"alg": "none"})}, httpx.CodeInvalidDPoPProof},
		"with alg HS256":              {[]string{headed(map[string]any{"alg": "HS256"})}, httpx.CodeInvalidDPoPProof},
		"with alg RS256":              {[]string{headed(map[string]any{"alg": "RS256"})}, httpx.CodeInvalidDPoPProof},
		"with the alg of another key": {[]string{headed(map[string]any{"alg": "EdDSA"})}, httpx.CodeInvalidDPoPProof},
		"without a key":               {[]string{headed(map[string]any{"jwk": nil})}, httpx.CodeInvalidDPoPProof},
		"with a private key":          {[]string{headed(map[string]any{"jwk": private})}, httpx.CodeInvalidDPoPProof},
		"with a secret key":           {[]string{headed(map[string]any{"jwk": map[string]any{"kty": "oct", "k": "AAAA"}})}, httpx.CodeInvalidDPoPProof},
		"with another key":            {[]string{foreign}, httpx.CodeInvalidDPoPProof},
		"without jti":                 {[]string{good(map[string]any{"jti": nil})}, httpx.CodeInvalidDPoPProof},
		"with a long jti":             {[]string{good(map[string]any{"jti": strings.Repeat("j", 129)})}, httpx.CodeInvalidDPoPProof},
		"with a jti that is a number": {[]string{good(map[string]any{"jti": 1})}, httpx.CodeInvalidDPoPProof},
		"without htm":                 {[]string{good(map[string]any{"htm": nil})}, httpx.CodeInvalidDPoPProof},
		"of another method":           {[]string{good(map[string]any{"htm": "GET"})}, httpx.CodeInvalidDPoPProof},
		"of the method in lower case": {[]string{good(map[string]any{"htm": "post"})}, httpx.CodeInvalidDPoPProof},
		"without htu":                 {[]string{good(map[string]any{"htu": nil})}, httpx.CodeInvalidDPoPProof},
		"for the Host of the request": {[]string{good(map[string]any{"htu": "https://evil.example/token"})}, httpx.CodeInvalidDPoPProof},
		"for another path":            {[]string{good(map[string]any{"htu": issuer + "/userinfo"})}, httpx.CodeInvalidDPoPProof},
		"for an escaped slash":        {[]string{good(map[string]any{"htu": "https://id.example/auth%2Ftoken"})}, httpx.CodeInvalidDPoPProof},
		"for another scheme":          {[]string{good(map[string]any{"htu": "http://id.example/auth/token"})}, httpx.CodeInvalidDPoPProof},
		"for another port":            {[]string{good(map[string]any{"htu": "https://id.example:8443/auth/token"})}, httpx.CodeInvalidDPoPProof},
		"for a user":                  {[]string{good(map[string]any{"htu": "https://a@id.example/auth/token"})}, httpx.CodeInvalidDPoPProof},
		"for a path alone":            {[]string{good(map[string]any{"htu": "/auth/token"})}, httpx.CodeInvalidDPoPProof},
		"without iat":                 {[]string{good(map[string]any{"iat": nil})}, httpx.CodeInvalidDPoPProof},
		"too old":                     {[]string{good(map[string]any{"iat": now - 62})}, httpx.CodeUseDPoPNonce},
		"too early":                   {[]string{good(map[string]any{"iat": now + 14})}, httpx.CodeUseDPoPNonce},
		"of the end of time":          {[]string{good(map[string]any{"iat": 1e300})}, httpx.CodeUseDPoPNonce},
		"with a nonce of another":     {[]string{good(map[string]any{"nonce": newNonce(set(t, keystest.NewStore(t)), issuer, time.Now())})}, httpx.CodeUseDPoPNonce},
	} {
		thumbprint, code, nonce := ask(v, test.proofs...)
		if code != test.code {
			t.Errorf("%s: %s", name, code)
		}
		if (thumbprint != "") != (test.code == "" && test.proofs != nil) || (nonce != "") != (test.proofs != nil) {
			t.Errorf("%s: the thumbprint is %q and the nonce %q", name, thumbprint, nonce)
		}
	}
	if thumbprint, _, _ := ask(v, good(nil)); thumbprint != key.Thumbprint(t) {
		t.Errorf("the thumbprint is %q", thumbprint)
	}
	if _, code, _ := ask(v, proof); code != "" {
		t.Errorf("what became of nothing counts as used: %s", code)
	}
	if _, code, _ := ask(v, proof); code != httpx.CodeInvalidDPoPProof {
		t.Errorf("a proof counts twice: %s", code)
	}
}

func set(t testing.TB, store *keys.Store) *keys.Set {
	t.Helper()
	s, err := store.Current()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestNonces(t *testing.T) {
	store := keystest.NewStore(t)
	key, now := dpoptest.NewKey(t), time.Now()
	nonce := func(age time.Duration) string { return newNonce(set(t, store), issuer, now.Add(-age)) }
	for name, test := range map[string]struct {
		nonce             any
		skew              time.Duration
		offered, required string
	}{
		"none":                         {nil, 0, "", httpx.CodeUseDPoPNonce},
		"the current one":              {nonce(0), 0, "", ""},
		"the one before":               {nonce(step), 0, "", ""},
		"the next one":                 {nonce(-step), 0, "", ""},
		"an old one":                   {nonce(2 * step), 0, "", httpx.CodeUseDPoPNonce},
		"one of the future":            {nonce(-2 * step), 0, "", httpx.CodeUseDPoPNonce},
		"a wrong clock, none":          {nil, time.Hour, httpx.CodeUseDPoPNonce, httpx.CodeUseDPoPNonce},
		"a wrong clock, an old one":    {nonce(2 * step), -time.Hour, httpx.CodeUseDPoPNonce, httpx.CodeUseDPoPNonce},
		"a wrong clock, the new one":   {nonce(0), time.Hour, "", ""},
		"another issuer's":             {newNonce(set(t, store), "https://other.example", now), 0, httpx.CodeUseDPoPNonce, httpx.CodeUseDPoPNonce},
		"the time without a MAC":       {strings.Split(nonce(0), ".")[0] + ".", 0, httpx.CodeUseDPoPNonce, httpx.CodeUseDPoPNonce},
		"the MAC of another time":      {"zzzzzz." + strings.Split(nonce(0), ".")[1], 0, httpx.CodeUseDPoPNonce, httpx.CodeUseDPoPNonce},
		"nonsense":                     {"nonsense", 0, httpx.CodeUseDPoPNonce, httpx.CodeUseDPoPNonce},
		"an empty one counts for none": {"", 0, "", httpx.CodeUseDPoPNonce},
	} {
		for required, want := range map[bool]string{false: test.offered, true: test.required} {
			v := verifier(t, store, required)
			proof := key.Proof("POST", tokenURL, map[string]any{"nonce": test.nonce, "iat": now.Add(test.skew).Unix()})
			_, code, given := ask(v, proof)
			if code != want {
				t.Errorf("%s, required %t: %q", name, required, code)
			}
			// The answer has what another replica accepts.
			proof = key.Proof("POST", tokenURL, map[string]any{"nonce": given, "iat": 0})
			if _, code, _ := ask(verifier(t, store, required), proof); code != "" {
				t.Errorf("%s, required %t: with the nonce of the answer %q", name, required, code)
			}
		}
	}
}

// What is sent with an access token.
func TestProofsOfTokens(t *testing.T) {
	v := verifier(t, keystest.NewStore(t), false)
	key, other := dpoptest.NewKey(t), dpoptest.NewKey(t)
	proof := func(of dpoptest.Key, ath any) string {
		return of.Proof("GET", issuer+"/userinfo", map[string]any{"ath": ath})
	}
	used := proof(key, dpoptest.Ath("token"))
	for _, test := range []struct {
		name   string
		proofs []string
		fine   bool
	}{
		{"none", nil, false},
		{"a good one", []string{used}, true},
		{"the same again", []string{used}, false},
		{"without ath", []string{proof(key, nil)}, false},
		{"of another token", []string{proof(key, dpoptest.Ath("other"))}, false},
		{"of another key", []string{proof(other, dpoptest.Ath("token"))}, false},
		{"for another endpoint", []string{key.Proof("GET", tokenURL, map[string]any{"ath": dpoptest.Ath("token")})}, false},
	} {
		r := httptest.NewRequest(http.MethodGet, "/userinfo", http.NoBody)
		for _, proof := range test.proofs {
			r.Header.Add("DPoP", proof)
		}
		err := v.Shown(httptest.NewRecorder(), r, "/userinfo", "token", key.Thumbprint(t))
		if (err == nil) != test.fine || err != nil && httpx.CodeOf(err) != httpx.CodeInvalidDPoPProof {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

// Of many that send one proof at once, one gets through; and however many proofs are made,
// memory is bounded.
func TestOneProofManyTimes(t *testing.T) {
	v := verifier(t, keystest.NewStore(t), false)
	proof := dpoptest.NewKey(t).Proof("POST", tokenURL, nil)
	through := make(chan bool, 16)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			_, code, _ := ask(v, proof)
			through <- code == ""
		})
	}
	wg.Wait()
	n := 0
	for range 16 {
		if <-through {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d of 16 get through", n)
	}
	for i := range 3 * maxSeen {
		v.ofClients.first("key", string(rune(i)))
	}
	if got := v.ofClients.seen.Len(); got > 2*maxSeen {
		t.Errorf("%d proofs are remembered", got)
	}
}

// FuzzRead: whatever is sent is read or refused, and what is read can be made with the key in
// it alone.
func FuzzRead(f *testing.F) {
	key := dpoptest.NewKey(f)
	f.Add(key.Proof("POST", tokenURL, nil))
	f.Add(dpoptest.NewKeyFor(f, "EdDSA").Proof("POST", tokenURL, map[string]any{"nonce": "a.b"}))
	f.Add(key.Sign(map[string]any{"jwk": map[string]any{"kty": "RSA", "n": "AQ", "e": "AQ"}}, nil))
	f.Add("e30.e30.AA")
	f.Add("..")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := read(text)
		if err != nil {
			if e, ok := errors.AsType[*httpx.Error](err); !ok || e.Status != http.StatusBadRequest || p != nil {
				t.Errorf("%v", err)
			}
			return
		}
		if len(p.thumbprint) != 43 {
			t.Errorf("the thumbprint is %q", p.thumbprint)
		}
		_ = p.isFor("POST", []string{tokenURL})
	})
}
