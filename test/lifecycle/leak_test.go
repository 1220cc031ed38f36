package lifecycle

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// seen are all secret values that the tests of this package came across.
var seen = struct {
	sync.Mutex
	values map[string]struct{}
}{values: map[string]struct{}{}}

// remember adds values to what must not be found anywhere.
func remember(values ...[]byte) {
	seen.Lock()
	defer seen.Unlock()
	for _, value := range values {
		if len(value) < prefix {
			continue
		}
		seen.values[string(value)] = struct{}{}
		seen.values[base64.StdEncoding.EncodeToString(value)] = struct{}{}
	}
}

// prefix is as long as the shortest value that is remembered.
const prefix = 16

// leaked says which of the places hold a secret value, and how the value begins. Logs are
// long and values are many: a place is read once, and compared only where a value can begin.
func leaked(places map[string][]byte) []string {
	seen.Lock()
	defer seen.Unlock()
	var begins [1 << 16]bool
	byPrefix := map[string][]string{}
	for value := range seen.values {
		begins[int(value[0])<<8|int(value[1])] = true
		byPrefix[value[:prefix]] = append(byPrefix[value[:prefix]], value)
	}
	var leaks []string
	for place, content := range places {
		for i := 0; i+prefix <= len(content); i++ {
			if !begins[int(content[i])<<8|int(content[i+1])] {
				continue
			}
			for _, value := range byPrefix[string(content[i:i+prefix])] {
				if bytes.HasPrefix(content[i:], []byte(value)) {
					leaks = append(leaks, fmt.Sprintf("%s holds the secret value %s...", place, value[:6]))
				}
			}
		}
	}
	return leaks
}

func TestLeaksAreFound(t *testing.T) {
	remember([]byte("a-value-that-only-this-test-has"))
	defer func() {
		seen.Lock()
		defer seen.Unlock()
		delete(seen.values, "a-value-that-only-this-test-has")
	}()
	if leaks := leaked(map[string][]byte{
		"alone": []byte("a-value-that-only-this-test-has"), "inside": []byte("xa-value-that-only-this-test-hasx"),
		"part": []byte("a-value-that-only-this-test-ha"), "none": nil,
	}); len(leaks) != 2 {
		t.Errorf("found %v", leaks)
	}
}

func logs(g *installation.Installation) map[string][]byte {
	places := map[string][]byte{}
	files, _ := filepath.Glob(filepath.Join(g.Dir, "*.log"))
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			content = []byte(err.Error())
		}
		places[filepath.Base(file)] = content
	}
	return places
}

func leakedInLogs(g *installation.Installation) []string { return leaked(logs(g)) }

// rememberKeys remembers everything private in the server's key Secret.
func rememberKeys(t testing.TB, g *installation.Installation) {
	t.Helper()
	for _, entry := range reload(t, g, keySecret()).Data {
		var key struct{ JWK map[string]string }
		if err := json.Unmarshal(entry, &key); err != nil {
			t.Fatalf("read a key: %v", err)
		}
		for _, name := range []string{"d", "k"} {
			remember([]byte(key.JWK[name]))
			if raw, err := base64.RawURLEncoding.DecodeString(key.JWK[name]); err == nil {
				remember(raw)
			}
		}
	}
}

// public is everything that people other than the owner of a Secret may read.
func public(t testing.TB, g *installation.Installation) map[string][]byte {
	t.Helper()
	places := logs(g)
	for _, list := range []client.ObjectList{
		&corev1.EventList{}, &oauthv1alpha1.OAuthClientList{}, &oauthv1alpha1.OAuthServerList{}, &oauthv1alpha1.OAuthIdentityProviderList{}, &sessionv1alpha1.MarkList{},
		&sessionv1alpha1.LoginList{}, &sessionv1alpha1.ConsentList{}, &sessionv1alpha1.GrantList{},
	} {
		if err := g.Admin.List(t.Context(), list); err != nil {
			t.Fatal(err)
		}
		places[fmt.Sprintf("%T", list)] = encoded(t, list)
	}
	var users oauthv1alpha1.OAuthUserList
	if err := g.Admin.List(t.Context(), &users); err != nil {
		t.Fatal(err)
	}
	for _, user := range users.Items { // the spec says who it is, and may
		places["status of OAuthUser "+user.Name] = encoded(t, user.Status)
	}
	for _, program := range append([]*devenv.Program{g.Operator}, g.Servers...) {
		places["metrics of "+program.Options().Name] = page(t, program.Options().MetricsURL+"/metrics")
	}
	return places
}

func encoded(t testing.TB, value any) []byte {
	t.Helper()
	content, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func page(t testing.TB, url string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", url, response.Status, err)
	}
	return content
}

// Everything that can go wrong with secrets is done once, and then nothing public
// may hold any of them.
func TestNothingPublicHoldsASecret(t *testing.T) {
	g := grantor(t)
	rememberKeys(t, g)
	c := service(t, g, namespace(t), "chatty", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Tokens.AccessToken.Format = oauthv1alpha1.AccessTokenOpaque
	})
	first := value(t, g, c)
	issued := token(t, g, c, first)

	wrong := strings.Repeat("wrong-secret-", 4)
	refused(t, g, c, wrong, installation.Effective)
	remember([]byte(c.ClientID() + ":" + first))
	for _, path := range []string{"/token", "/introspect", "/revoke"} {
		// Secrets where they do not belong.
		g.Post(t, path+"?client_secret="+first+"&token="+issued, c.ClientID(), first, installation.TokenForm("read"))
		g.Post(t, path, "", "", map[string][]string{"token": {issued}, "client_id": {issued}, "client_secret": {first}})
		g.Post(t, path, first, issued, map[string][]string{"token": {issued}, "grant_type": {first}, "scope": {first}})
	}
	if answer := g.Post(t, "/revoke", c.ClientID(), first, map[string][]string{"token": {issued}}); answer.Status != http.StatusOK {
		t.Errorf("revocation answers %d %s", answer.Status, answer.Body)
	}
	edited := strings.Repeat("edited-by-hand-", 3)
	remember([]byte(edited))
	edit(t, g, g.Secret(t, c), func(s *corev1.Secret) { s.Data["client_secret"] = []byte(edited) })
	otherValue(t, g, c, edited)

	if len(seen.values) < 10 {
		t.Fatalf("only %d values were seen", len(seen.values))
	}
	if leaks := leaked(public(t, g)); len(leaks) > 0 {
		t.Errorf("leaks:\n%s", strings.Join(leaks, "\n"))
	}
	// The search itself works: it finds a value where it is.
	if len(leaked(map[string][]byte{"the value itself": []byte(first)})) == 0 {
		t.Error("the search finds nothing at all")
	}
}
