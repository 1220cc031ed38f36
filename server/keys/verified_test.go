package keys_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/keys"
)

// What a set remembers of tokens changes none of its answers.
func TestVerifyingAgain(t *testing.T) {
	set, other := setOf(t, ring(t, time.Now())), setOf(t, ring(t, time.Now()))
	token, err := set.Signer().Sign(keys.TypeAccessToken, []byte(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	header, rest, _ := strings.Cut(token, ".")
	forged := map[string]string{
		"another payload":   header + ".eyJhIjoyfQ" + rest[strings.IndexByte(rest, '.'):],
		"another signature": token[:len(token)-4] + "AAAA",
		"more behind it":    token + "x",
		"less":              token[:len(token)-1],
		"nothing":           "",
	}
	for range 3 {
		if payload, err := set.Verify(keys.TypeAccessToken, token); err != nil || string(payload) != `{"a":1}` {
			t.Fatalf("%s, %v", payload, err)
		}
		if _, err := set.Verify(keys.TypeIDToken, token); err == nil {
			t.Error("an access token is an ID token the second time")
		}
		if _, err := other.Verify(keys.TypeAccessToken, token); err == nil {
			t.Error("another server's keys take it")
		}
		for name, text := range forged {
			if _, err := set.Verify(keys.TypeAccessToken, text); err == nil {
				t.Errorf("%s counts", name)
			}
		}
	}
}

// More tokens than are remembered are verified all the same.
func TestVerifyingMoreThanIsRemembered(t *testing.T) {
	set := setOf(t, ring(t, time.Now()))
	tokens := map[string]string{}
	for i := range 3000 {
		payload := fmt.Sprint(i)
		token, err := set.Signer().Sign(keys.TypeAccessToken, []byte(payload))
		if err != nil {
			t.Fatal(err)
		}
		tokens[token] = payload
	}
	for range 2 {
		for token, payload := range tokens {
			if got, err := set.Verify(keys.TypeAccessToken, token); err != nil || string(got) != payload {
				t.Fatalf("%s, not %s: %v", got, payload, err)
			}
		}
	}
}

// An ID token can tell a whole profile; a server that is shown many of them does not
// keep them.
func TestLongTokensTakeNoMemory(t *testing.T) {
	set := setOf(t, ring(t, time.Now()))
	heap := func() uint64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	long, before := strings.Repeat("a", 30<<10), heap()
	for i := range 500 {
		payload := fmt.Sprint(i, long)
		token, err := set.Signer().Sign(keys.TypeIDToken, []byte(payload))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := set.Verify(keys.TypeIDToken, token); err != nil || string(got) != payload {
			t.Fatal(err)
		}
	}
	if after := heap(); after > before+(8<<20) {
		t.Errorf("the set takes %d bytes more", after-before)
	}
	runtime.KeepAlive(set)
}

func BenchmarkVerify(b *testing.B) {
	set := setOf(b, ring(b, time.Now()))
	token, err := set.Signer().Sign(keys.TypeAccessToken, []byte(`{"a":1}`))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := set.Verify(keys.TypeAccessToken, token); err != nil {
			b.Fatal(err)
		}
	}
}
