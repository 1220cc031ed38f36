// Package assertions tests clients that authenticate without a shared secret: three
// replicas, a real API server and real ServiceAccounts.
package assertions

import (
	"net/http"
	"net/url"
	"os"
	"testing"
	"time"

	"k8s.io/client-go/kubernetes"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 3, Race: true}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }

const jwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// kube returns a client with all rights.
func kube(t testing.TB, g *installation.Installation) kubernetes.Interface {
	t.Helper()
	client, err := kubernetes.NewForConfig(g.Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// form is a token request with an assertion.
func form(id, assertion string) url.Values {
	return url.Values{
		"grant_type": {"client_credentials"}, "scope": {"read"}, "client_id": {id},
		"client_assertion_type": {jwtBearer}, "client_assertion": {assertion},
	}
}

// granted fails the test unless the answer is a token.
func granted(t testing.TB, answer installation.Answer) string {
	t.Helper()
	token, _ := answer.JSON["access_token"].(string)
	if answer.Status != http.StatusOK || token == "" {
		t.Fatalf("answered %d %s", answer.Status, answer.Body)
	}
	return token
}

// refused fails the test unless the client was not believed, with the one answer that
// tells nothing.
func refused(t testing.TB, answer installation.Answer) {
	t.Helper()
	if answer.Status != http.StatusUnauthorized || answer.Code() != "invalid_client" || answer.Header.Get("WWW-Authenticate") == "" {
		t.Errorf("answered %d %s", answer.Status, answer.Body)
	}
}

// known waits until every replica has heard of a client, and returns it.
func known(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, authentic func() url.Values) *oauthv1alpha1.OAuthClient {
	t.Helper()
	for _, server := range g.Servers {
		var last installation.Answer
		installation.Eventually(t, 10*time.Second, func() bool {
			last = installation.Post(t, server.Options().URL+"/token", "", "", authentic())
			return last.Status == http.StatusOK
		}, func() string { return "token: " + last.Body })
	}
	return c
}
