package exchange

import (
	"flag"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var mutants = flag.Int("mutants", 400, "how many requests are mutated")

// mutate changes a request somehow.
func mutate(r *rand.Rand, form url.Values) {
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	odd := []string{
		"", " ", "x", "\x00", "\u2028", "\u0430", "%zz", "urn:", "urn:ietf:params:oauth:token-type:saml1", typeAccess, typeID, typeJWT, typeRefresh,
		"a.b.c", "gat_AQ", "e30.e30.e30", strings.Repeat("a", 9000), strings.Repeat("a ", 300), "read", "openid read", "offline_access", "https://[::1", "*",
	}
	names := []string{"subject_token", "subject_token_type", "requested_token_type", "actor_token", "actor_token_type", "scope", "audience", "resource", "client_id", "grant_type"}
	for range 1 + r.IntN(2) {
		name := pick(names...)
		switch r.IntN(5) {
		case 0:
			form.Del(name)
		case 1:
			form.Set(name, pick(odd...))
		case 2:
			form.Add(name, pick(odd...))
		case 3:
			for range r.IntN(20) {
				form.Add(pick("audience", "resource"), pick(odd...))
			}
		default:
			text := []byte(form.Get("subject_token"))
			if len(text) == 0 {
				continue
			}
			for range 1 + r.IntN(3) {
				text[r.IntN(len(text))] = "AZaz09-_.=+/ ,"[r.IntN(14)]
			}
			form.Set("subject_token", string(text))
		}
	}
}

// Whatever a request is, the answer is a refusal or a token, and never an error of the server.
func TestMutatedRequests(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := newCast(t, g, shared.Namespace(t))
	account(t, g, c.namespace, "billing")
	tokens := c.tokens(t, "openid read")
	subjects := [][2]string{
		{bearer(tokens), typeAccess}, {bearer(tokens), typeJWT}, {member(tokens, "id_token"), typeID},
		{projected(t, g, c.namespace, "billing", c.gateway.ID), typeJWT}, {ci.token(t, c.gateway.ID, nil), typeJWT},
	}
	registered := []string{"", "invalid_request", "invalid_target", "invalid_scope", "invalid_client", "unauthorized_client", "unsupported_grant_type"}
	var mu sync.Mutex
	codes := map[string]int{}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(8693, uint64(worker)))
			for range *mutants / 4 {
				subject := subjects[r.IntN(len(subjects))]
				form := url.Values{
					"grant_type": {"urn:ietf:params:oauth:grant-type:token-exchange"}, "subject_token": {subject[0]}, "subject_token_type": {subject[1]},
				}
				mutate(r, form)
				answer := installation.Post(t, g.Servers[r.IntN(len(g.Servers))].Options().URL+"/token", c.gateway.ID, c.gateway.Secret, form)
				code := answer.Code()
				busy := answer.Status == http.StatusServiceUnavailable && code == "temporarily_unavailable"
				if !busy && (answer.Status >= http.StatusInternalServerError || !slices.Contains(registered, code)) {
					t.Errorf("answered with %d %s", answer.Status, answer.Body)
				}
				mu.Lock()
				codes[code]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	t.Logf("the answers: %v", codes)
	for _, code := range []string{"", "invalid_request", "invalid_target"} {
		if codes[code] < *mutants/40 {
			t.Errorf("only %d answers are %q: the mutations do not reach what they should", codes[code], code)
		}
	}
}
