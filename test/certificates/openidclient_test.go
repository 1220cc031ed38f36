package certificates

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/test/authority"
	"github.com/grantor-dev/grantor/test/nodejs"
)

// The library that most applications for Node.js use finds the addresses for its certificate
// in discovery.
func TestOpenIDClientForNode(t *testing.T) {
	t.Parallel()
	root := authority.New(t)
	s, id := newSite(t, root, ""), newService(t)
	own := root.Issue(t, authority.ForDNS("app.example"))
	sender{pool: s.pool, with: own}.granted(t, s.mtls, id)
	key, err := x509.MarshalPKCS8PrivateKey(own.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	input, _ := json.Marshal(map[string]string{
		"at": s.url, "id": id, "cert": string(own.PEM()), "key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})), "ca": s.authority,
	})
	out := nodejs.Run(t, nodejs.Installed(t, "test/integration/openid-client"), input, "node", "certificate.mjs")
	want := `{"scope":"read","type":"bearer","bound":"` + own.Thumbprint() + `","before":true,"after":false}`
	if got := strings.TrimSpace(string(out)); got != want {
		t.Errorf("it got %s, not %s", got, want)
	}
}
