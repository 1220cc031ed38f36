package dpop

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
)

// headers of RFC 9449 sections 4.1 and 8.
const (
	headerProof = "DPoP"
	headerNonce = "DPoP-Nonce"
)

// transport adds a proof to each POST, and repeats one for which the server wants a nonce.
type transport struct {
	key  *Key
	next http.RoundTripper
}

var _ http.RoundTripper = (*transport)(nil)

// Client returns a client whose POSTs have proofs of the key.
func (k *Key) Client(c *http.Client) *http.Client {
	next := c.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	proving := *c
	proving.Transport = &transport{k, next}
	return &proving
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPost {
		return t.next.RoundTrip(r)
	}
	answer, err := t.send(r, "")
	if err != nil || !wantsNonce(answer) || r.GetBody == nil {
		return answer, err
	}
	_ = answer.Body.Close()
	return t.send(r, answer.Header.Get(headerNonce))
}

// wantsNonce reports whether a server refuses a proof because it has no nonce. The body can
// still be read.
func wantsNonce(answer *http.Response) bool {
	if answer.StatusCode != http.StatusBadRequest && answer.StatusCode != http.StatusUnauthorized || answer.Header.Get(headerNonce) == "" {
		return false
	}
	content, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	_ = answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(content))
	var refusal struct {
		Error string `json:"error"`
	}
	return err == nil && json.Unmarshal(content, &refusal) == nil && refusal.Error == "use_dpop_nonce"
}

func (t *transport) send(r *http.Request, nonce string) (*http.Response, error) {
	proof, err := t.key.Proof(r.Method, r.URL, "", nonce)
	if err != nil {
		return nil, err
	}
	again := r.Clone(r.Context())
	if again.Body != nil && r.GetBody != nil {
		if again.Body, err = r.GetBody(); err != nil {
			return nil, err
		}
	}
	again.Header.Set(headerProof, proof)
	return t.next.RoundTrip(again)
}
