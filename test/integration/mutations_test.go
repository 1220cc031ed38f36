package integration

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// draft is a token request on the wire, in pieces.
type draft struct {
	method, target, version string
	headers                 []string
	parameters              []string
	body                    string // instead of the parameters
	foreign                 bool   // HTTP that the server's HTTP library does not have
}

func (d draft) String() string {
	body := d.body
	if body == "" {
		body = strings.Join(d.parameters, "&")
	}
	length := fmt.Sprintf("Content-Length: %d", len(body))
	for _, header := range d.headers {
		if name, _, _ := strings.Cut(strings.ToLower(header), ":"); name == "content-length" || name == "transfer-encoding" {
			length = "X-Length: other"
		}
	}
	head := append([]string{d.method + " " + d.target + " " + d.version, length}, d.headers...)
	return strings.Join(head, "\r\n") + "\r\n\r\n" + body
}

// junk is what mutations put where it does not belong.
var junk = []string{
	"", " ", "\x00", "\n", "\r\n", "\t", "%", "%00", "%0a", "%zz", "%f0%9f%94%91", "\u00fc", "\xff\xfe", "&", "=", "&&", "==", ";", "+", "#", "?", "..", "/",
	"\"", "\\", "'", "<", "%s%n", "{}", "[]", "null", "-1", "0", "9999999999999999999", "true", "*", "a.b.c", "gat_", "gat_AQ", "Basic", "Bearer",
	strings.Repeat("x", 300), strings.Repeat("%41", 3000), strings.Repeat("a=b&", 20),
}

type mutation func(r *rand.Rand, d *draft)

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

// damage changes a text at a random place.
func damage(r *rand.Rand, text string) string {
	if text == "" {
		return pick(r, junk)
	}
	n := r.IntN(len(text))
	switch r.IntN(5) {
	case 0:
		return text[:n]
	case 1:
		return text[:n] + pick(r, junk) + text[n:]
	case 2:
		return text[:n] + string([]byte{text[n] ^ 1<<r.IntN(8)}) + text[n+1:]
	case 3:
		return text[n:] + text
	default:
		return pick(r, junk)
	}
}

func mutations(p party) []mutation {
	encoded := base64.StdEncoding.EncodeToString([]byte(p.ID + ":" + p.Secret))
	headers := []string{
		"Authorization: Basic " + encoded, "Authorization: Bearer x", "Authorization:", "Authorization: Basic !", "Authorization: " + encoded,
		"Content-Type: application/json", "Content-Type: multipart/form-data; boundary=x", "Content-Type:", "Content-Type: application/x-www-form-urlencoded; charset=\"",
		"Content-Length: -1", "Content-Length: 99999999999999999999", "Content-Length: 5", "Content-Length: 100000", "Content-Length: 1\r\nContent-Length: 2", "Content-Length: x",
		"Transfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 3", "Content-Encoding: gzip", "Expect: 100-continue",
		"Host: other", "Host:", "Host: a b", "X-Forwarded-Host: evil", "X-HTTP-Method-Override: GET", "Connection: upgrade\r\nUpgrade: h2c", "Cookie: " + strings.Repeat("c", 20000),
		"No colon", ": no name", " folded", "Bad\x00Name: x", "Bad Name: x", "Accept: " + strings.Repeat("*/*,", 100), "Range: bytes=0-",
	}
	foreign := []string{"Transfer-Encoding: gzip", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: \x0bchunked"}
	parameters := []string{
		"grant_type=client_credentials", "grant_type=password", "grant_type=authorization_code", "grant_type=", "scope=read", "scope=read+write", "scope=admin", "scope=%00",
		"audience=x", "audience=", "resource=https://x", "client_id=" + p.ID, "client_id=x", "client_secret=" + p.Secret, "client_secret=x",
		"client_assertion=a.b.c", "client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "token=x", "code=x", "refresh_token=x", "code_verifier=x",
		"username=a", "password=b", "request=x", "dpop=x", "=", "=x", "x", "%", "a=%", "a;b",
	}
	return []mutation{
		func(r *rand.Rand, d *draft) {
			d.method = pick(r, []string{"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "CONNECT", "TRACE", "post", "PRI", "P\x00ST", "", "POST POST"})
		},
		func(r *rand.Rand, d *draft) {
			d.target = pick(r, []string{"/token?x", "/token?grant_type=client_credentials", "/token/", "//token", "/%74oken", "/token%00", "*", "token", "http://other/token", "/token#x", "/../token", "/tok en", "", "/" + strings.Repeat("a", 5000)})
		},
		func(r *rand.Rand, d *draft) { d.target = pick(r, []string{"/introspect", "/revoke", "/jwks"}) },
		func(r *rand.Rand, d *draft) { d.target = damage(r, d.target) },
		func(r *rand.Rand, d *draft) {
			d.version, d.foreign = pick(r, []string{"HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "HTTP/1.x", "", "http/1.1"}), true
		},
		func(r *rand.Rand, d *draft) { d.headers = append(d.headers, pick(r, headers)) },
		func(r *rand.Rand, d *draft) { d.headers, d.foreign = append(d.headers, pick(r, foreign)), true },
		func(r *rand.Rand, d *draft) {
			n := r.IntN(len(d.headers))
			d.headers = append(d.headers[:n:n], d.headers[n+1:]...)
		},
		func(r *rand.Rand, d *draft) { n := r.IntN(len(d.headers)); d.headers[n] = damage(r, d.headers[n]) },
		func(r *rand.Rand, d *draft) { d.headers[len(d.headers)-1] = pick(r, headers) },
		func(r *rand.Rand, d *draft) { d.parameters = append(d.parameters, pick(r, parameters)) },
		func(r *rand.Rand, d *draft) {
			d.parameters = append(d.parameters, pick(r, parameters), pick(r, parameters))
		},
		func(r *rand.Rand, d *draft) {
			n := r.IntN(len(d.parameters))
			d.parameters = append(d.parameters[:n:n], d.parameters[n+1:]...)
			d.parameters = append(d.parameters, pick(r, parameters))
		},
		func(r *rand.Rand, d *draft) {
			n := r.IntN(len(d.parameters))
			d.parameters[n] = damage(r, d.parameters[n])
		},
		func(r *rand.Rand, d *draft) { d.body = damage(r, strings.Join(d.parameters, "&")) },
		func(r *rand.Rand, d *draft) { d.body = strings.Repeat(pick(r, junk)+"&", r.IntN(9000)) },
		func(r *rand.Rand, d *draft) {
			raw := make([]byte, r.IntN(400))
			for n := range raw {
				raw[n] = byte(r.Uint32())
			}
			d.body = string(raw)
		},
	}
}

// Promise 7 of the design: bad input gets a registered error code and a sentence,
// never a 5xx, never a panic.
func TestTenThousandMutatedTokenRequests(t *testing.T) {
	t.Parallel()
	const requests, seed = 10_000, 6749
	p := newParty(t)
	all := mutations(p)
	counts := bombard(t, requests, seed, func(r *rand.Rand) draft {
		d := draft{
			method: "POST", target: "/token", version: "HTTP/1.1",
			headers: []string{
				"Host: " + strings.TrimPrefix(at(t, 0, ""), "http://"), "Connection: close", "Content-Type: application/x-www-form-urlencoded",
				"Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(p.ID+":"+p.Secret)),
			},
			parameters: []string{"grant_type=client_credentials", "scope=read"},
		}
		mutate(r, &d, all)
		return d
	}, func(string) error { return nil })
	for _, code := range []int{200, 400, 401, 404, 405} {
		if counts[code] < 100 {
			t.Errorf("only %d answers are %d: the mutations do not reach what they should", counts[code], code)
		}
	}
	unharmed(t, p)
}

// mutate applies up to three mutations.
func mutate(r *rand.Rand, d *draft, all []mutation) {
	for range 1 + r.IntN(3) {
		if len(d.headers) > 0 && len(d.parameters) > 0 {
			all[r.IntN(len(all))](r, d)
		}
	}
}

// bombard sends requests to both replicas and returns the answers by status, 0 for a
// connection that was closed. check looks at an answer.
func bombard(t *testing.T, requests int64, seed uint64, next func(*rand.Rand) draft, check func(answer string) error) map[int]int64 {
	t.Helper()
	const workers = 8
	var sent, failures atomic.Int64
	var seen [600]atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for n := sent.Add(1); n <= requests && failures.Load() < 20; n = sent.Add(1) {
				d := next(rand.New(rand.NewPCG(seed, uint64(n))))
				answer, err := wire(t, int(n%2), d.String())
				code := status(answer)
				seen[code].Add(1)
				if err == nil {
					err = check(answer)
				}
				// What RFC 9110 section 15.6 has for HTTP itself is not the server's failure.
				http501 := d.foreign && (code == http.StatusNotImplemented || code == http.StatusHTTPVersionNotSupported)
				// Signing in is bounded, whatever the machine.
				busy := code == http.StatusServiceUnavailable && strings.Contains(d.target, "login") && strings.Contains(answer, "\r\nRetry-After: 1\r\n")
				if err != nil || code >= 500 && !http501 && !busy {
					failures.Add(1)
					t.Errorf("request %d: %v, answer %.300q to %.500q", n, err, answer, d.String())
				}
			}
		})
	}
	group.Wait()
	counts := map[int]int64{}
	for code := range seen {
		if n := seen[code].Load(); n > 0 {
			counts[code] = n
		}
	}
	t.Logf("answers by status, 0 for a connection that was closed: %v", counts)
	return counts
}

// unharmed checks that every replica still works and has logged nothing that it should
// not.
func unharmed(t *testing.T, p party, secrets ...string) {
	t.Helper()
	for n, server := range grantor(t).Servers {
		if err := devenv.ProbeReady(t.Context(), server.Options().MetricsURL+"/readyz"); err != nil {
			t.Errorf("replica %d is not ready any more: %v", n, err)
		}
		granted(t, ask(t, at(t, n, "/token"), p.authentication(), asking()))
		log, err := os.ReadFile(server.Options().LogFile)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range append([]string{"panic", "DATA RACE", "goroutine ", p.Secret}, secrets...) {
			if strings.Contains(string(log), word) {
				t.Errorf("the log of replica %d contains %q", n, word)
			}
		}
	}
}
