package deployment

import (
	"encoding/pem"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/internal/render"
)

func TestUsable(t *testing.T) {
	site := httptest.NewTLSServer(nil)
	defer site.Close()
	certificate := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: site.Certificate().Raw}))
	kubeconfig := func(cluster, user string) string {
		return `{"apiVersion":"v1","kind":"Config","current-context":"c","clusters":[{"name":"k","cluster":{"server":"https://192.0.2.1"` + cluster +
			`}}],"contexts":[{"name":"c","context":{"cluster":"k","user":"u"}}],"users":[{"name":"u","user":{` + user + `}}]}`
	}
	for name, test := range map[string]struct {
		key, value string
		fine       bool
	}{
		"a certificate":                         {render.CAKey, certificate, true},
		"two certificates":                      {render.CAKey, certificate + certificate, true},
		"no key":                                {render.CAKey, "", false},
		"a certificate that is none":            {render.CAKey, "private", false},
		"a kubeconfig":                          {render.KubeconfigKey, kubeconfig("", `"token":"private"`), true},
		"no kubeconfig":                         {render.KubeconfigKey, "", false},
		"a kubeconfig that is none":             {render.KubeconfigKey, "private: [", false},
		"a kubeconfig without a context":        {render.KubeconfigKey, `{"apiVersion":"v1","kind":"Config"}`, false},
		"a kubeconfig that names an authority":  {render.KubeconfigKey, kubeconfig(`,"certificate-authority":"/private"`, ""), false},
		"a kubeconfig that names a token":       {render.KubeconfigKey, kubeconfig("", `"tokenFile":"/private"`), false},
		"a kubeconfig that names a certificate": {render.KubeconfigKey, kubeconfig("", `"client-certificate":"/private","client-key":"/private"`), false},
		"a kubeconfig that names a command":     {render.KubeconfigKey, kubeconfig("", `"exec":{"apiVersion":"client.authentication.k8s.io/v1","command":"/private","interactiveMode":"Never"}`), false},
	} {
		err := usable(test.key, []byte(test.value))
		if (err == nil) != test.fine || err != nil && strings.Contains(err.Error(), "private") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
