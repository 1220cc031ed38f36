package factors

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"html"
	"regexp"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// authenticator is a passkey in a browser that can be made to lie.
type authenticator struct {
	key     *ecdsa.PrivateKey
	id      []byte
	counter uint32
	// origin is where the browser is, rp what it asks the authenticator for.
	origin, rp string
}

var b64 = base64.RawURLEncoding

func newAuthenticator(t testing.TB, origin string) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 32)
	_, _ = rand.Read(id)
	return &authenticator{key: key, id: id, counter: 1, origin: origin, rp: "localhost"}
}

// question is what a page asks of a browser.
type question struct {
	Challenge string `json:"challenge"`
	RPID      string `json:"rpId"`
	RP        struct {
		ID string `json:"id"`
	} `json:"rp"`
	User struct {
		ID string `json:"id"`
	} `json:"user"`
	Allowed []struct {
		ID string `json:"id"`
	} `json:"allowCredentials"`
}

var dataAttribute = regexp.MustCompile(`data-(?:create|get)="([^"]+)"`)

func asked(t testing.TB, view installation.View) question {
	t.Helper()
	found := dataAttribute.FindStringSubmatch(view.Body)
	if found == nil {
		t.Fatalf("the page asks for no passkey: %d %s", view.Status, view.Body)
	}
	var q question
	if err := json.Unmarshal([]byte(html.UnescapeString(found[1])), &q); err != nil {
		t.Fatal(err)
	}
	return q
}

func (a *authenticator) client(t testing.TB, kind string, q question) []byte {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"type": "webauthn." + kind, "challenge": q.Challenge, "origin": a.origin, "crossOrigin": false})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// data is the authenticator data: a user was there and was verified.
func (a *authenticator) data(flags byte) []byte {
	rp := sha256.Sum256([]byte(a.rp))
	return binary.BigEndian.AppendUint32(append(rp[:], flags|0x05), a.counter)
}

// create makes the passkey.
func (a *authenticator) create(t testing.TB, q question) string {
	t.Helper()
	public, err := a.key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	data := append(a.data(0x40), make([]byte, 16)...)
	data = append(append(data, 0, byte(len(a.id))), a.id...)
	data = append(append(data, 0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32), public[1:33]...)
	data = append(append(data, 0x22, 0x58, 32), public[33:]...)
	var object bytes.Buffer
	object.WriteString("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58")
	object.WriteByte(byte(len(data)))
	object.Write(data)
	return a.answer(t, map[string]any{
		"clientDataJSON": b64.EncodeToString(a.client(t, "create", q)), "attestationObject": b64.EncodeToString(object.Bytes()),
	})
}

// get uses it.
func (a *authenticator) get(t testing.TB, q question) string {
	t.Helper()
	a.counter++
	client, data := a.client(t, "get", q), a.data(0)
	digest := sha256.Sum256(client)
	sum := sha256.Sum256(append(bytes.Clone(data), digest[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return a.answer(t, map[string]any{
		"clientDataJSON": b64.EncodeToString(client), "authenticatorData": b64.EncodeToString(data), "signature": b64.EncodeToString(signature),
	})
}

func (a *authenticator) answer(t testing.TB, response map[string]any) string {
	t.Helper()
	raw, err := json.Marshal(map[string]any{
		"id": b64.EncodeToString(a.id), "rawId": b64.EncodeToString(a.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
