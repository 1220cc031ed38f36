package assertions

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/nodejs"
)

// The library that most applications for Node.js use signs what the server accepts.
func TestOpenIDClientForNode(t *testing.T) {
	t.Parallel()
	g, s := shared.Grantor(t), newSigner(t, "ES256")
	c := g.Create(t, installation.Service(shared.Namespace(t), "app", byKeys(s.jwk(t, "a"))))
	known(t, g, c, func() url.Values { return form(c.ClientID(), s.assertion(t, c.ClientID(), g.Issuer)) })
	key, err := x509.MarshalPKCS8PrivateKey(s.key)
	if err != nil {
		t.Fatal(err)
	}
	input, _ := json.Marshal(map[string]string{"issuer": g.Issuer, "id": c.ClientID(), "key": base64.StdEncoding.EncodeToString(key)})
	out := nodejs.Run(t, nodejs.Installed(t, "test/integration/openid-client"), input, "node", "assertion.mjs")
	if got := strings.TrimSpace(string(out)); got != `{"scope":"read","before":true,"after":false}` {
		t.Errorf("it got %s", got)
	}
}
