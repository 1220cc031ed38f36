package clientdocuments

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/httpx"
)

// mutated changes a document at random: bytes, members, values, and their number.
func mutated(random *rand.Rand, text string) string {
	values := []string{`null`, `[]`, `{}`, `""`, `-1e999`, `"\u0000"`, `[[[[[[]]]]]]`, strings.Repeat("[", 200), `"` + strings.Repeat("x", 400) + `"`, `true`, "\xff"}
	for range 1 + random.IntN(4) {
		at := random.IntN(len(text) + 1)
		to := min(len(text), at+random.IntN(20))
		switch random.IntN(5) {
		case 0:
			text = text[:at] + string(rune(random.IntN(0x300))) + text[to:]
		case 1:
			text = text[:at] + values[random.IntN(len(values))] + text[to:]
		case 2:
			text = text[:at] + text[at:to] + text[at:]
		case 3:
			text = text[:at] + text[to:]
		default:
			text = strings.Replace(text, `"`, values[random.IntN(len(values))], random.IntN(5))
		}
	}
	return text
}

// Whatever a document says, the answer is the client or a refusal, and nothing stays of it.
func TestTenThousandMutatedDocuments(t *testing.T) {
	const documents = 10_000
	random := rand.New(rand.NewPCG(1, 2))
	s, h := newStore(func(d *serverspec.Documents) { d.Max = 100 })
	h.body = func(id string) string { return mutated(random, document(id)) }
	codes, accepted := map[string]int{}, 0
	var before uint64
	for n := range documents {
		if n == documents/10 {
			before = heap()
		}
		h.passes(ofAll.Every)
		_, err := s.described(t, fmt.Sprintf("https://agent.example/%d", n), "")
		refusal, ok := errors.AsType[*httpx.Error](err)
		switch {
		case err == nil:
			accepted++
		case !ok || refusal.Status != http.StatusBadRequest:
			t.Fatalf("document %d: %v", n, err)
		default:
			codes[refusal.Code]++
		}
	}
	after := heap()
	t.Logf("%d were accepted, %v refused; heap %d KiB, then %d KiB", accepted, codes, before>>10, after>>10)
	if accepted == 0 || codes["invalid_client_metadata"] == 0 || codes["invalid_redirect_uri"] == 0 {
		t.Errorf("%d were accepted, %v refused", accepted, codes)
	}
	if after > before+1<<20 {
		t.Errorf("the heap grew from %d to %d bytes", before, after)
	}
	if n := s.kept.Len() + s.failed.Len(); n > 200 {
		t.Errorf("%d entries are kept", n)
	}
}

func heap() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func FuzzRead(f *testing.F) {
	f.Add(document(id))
	f.Add(`{"client_id":"https://agent.example/client.json","redirect_uris":["http://127.0.0.1/cb","https://agent.example"],"token_endpoint_auth_methods_supported":["none"]}`)
	f.Fuzz(func(t *testing.T, text string) {
		d, wrong := read([]byte(text), id, "agent.example", true)
		if wrong != nil {
			return
		}
		for _, uri := range d.RedirectURIs {
			if !strings.HasPrefix(uri, "https://agent.example") && !strings.HasPrefix(uri, "http://127.0.0.1") && !strings.HasPrefix(uri, "http://localhost") && !strings.HasPrefix(uri, "http://[::1]") {
				t.Errorf("it redirects to %q", uri)
			}
		}
	})
}
