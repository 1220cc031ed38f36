package devenv

import (
	"context"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"

	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd/api"
)

const secretPath = "/api/v1/namespaces/n/secrets"

// upstream stands in for an API server behind a FaultProxy.
type upstream struct {
	server        *httptest.Server
	requests      atomic.Int64
	authorization atomic.Value
	events        chan string
}

func newUpstream(t *testing.T) *upstream {
	t.Helper()
	u := &upstream{events: make(chan string)}
	u.server = httptest.NewUnstartedServer(http.HandlerFunc(u.serve))
	u.server.EnableHTTP2 = true
	u.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	u.server.StartTLS()
	t.Cleanup(func() {
		u.server.CloseClientConnections()
		u.server.Close()
	})
	return u
}

func (u *upstream) serve(w http.ResponseWriter, r *http.Request) {
	u.requests.Add(1)
	u.authorization.Store(r.Header.Get("Authorization"))
	w.Header().Set("Content-Type", "application/json")
	if r.URL.Query().Get("watch") == "" {
		_, _ = w.Write([]byte(`{"apiVersion":"v1","kind":"Secret"}`))
		return
	}
	w.WriteHeader(http.StatusOK)
	_ = http.NewResponseController(w).Flush()
	for {
		select {
		case event := <-u.events:
			_, _ = w.Write([]byte(event + "\n"))
			_ = http.NewResponseController(w).Flush()
		case <-r.Context().Done():
			return
		}
	}
}

// proxied is a client with a token, behind a FaultProxy.
type proxied struct {
	proxy *FaultProxy
	rest  *rest.RESTClient
}

func (u *upstream) through(t *testing.T, hook Hook) *proxied {
	t.Helper()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: u.server.Certificate().Raw})
	proxy, err := StartFaultProxy(&rest.Config{
		Host:            u.server.URL,
		BearerToken:     "of-the-administrator",
		TLSClientConfig: rest.TLSClientConfig{CAData: ca},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := proxy.Close(); err != nil {
			t.Error(err)
		}
	})
	proxy.SetHook(hook)

	// By way of a kubeconfig, as programs get there.
	path := filepath.Join(t.TempDir(), "kubeconfig")
	cluster := api.Cluster{Server: proxy.Account().Server, CertificateAuthorityData: proxy.Account().CAData}
	if err := bearerKubeconfig(path, cluster, "caller", "of-the-caller"); err != nil {
		t.Fatal(err)
	}
	cfg, err := LoadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	cfg.NegotiatedSerializer = scheme.Codecs
	client, err := rest.UnversionedRESTClientFor(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &proxied{proxy: proxy, rest: client}
}

func (c *proxied) get(name string) error {
	return c.rest.Get().AbsPath(secretPath + "/" + name).MaxRetries(0).Do(context.Background()).Error()
}

func (c *proxied) create(name string) error {
	body := []byte(`{"metadata":{"name":"` + name + `"}}`)
	return c.rest.Post().AbsPath(secretPath).Body(body).MaxRetries(0).Do(context.Background()).Error()
}
