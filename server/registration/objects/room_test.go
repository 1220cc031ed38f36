package objects

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage/registrations"
)

func statusOf(t testing.TB, err error) int {
	t.Helper()
	answer, ok := err.(*httpx.Error)
	if !ok {
		t.Fatalf("the error is %v", err)
	}
	return answer.Status
}

// Requests of one namespace that wait take no room from those of others.
func TestRoomToWait(t *testing.T) {
	room := NewRoom()
	for range maxWaitingOfNamespace {
		if err := room.enter("a"); err != nil {
			t.Fatal(err)
		}
	}
	if err := room.enter("a"); statusOf(t, err) != http.StatusServiceUnavailable {
		t.Errorf("one more: %v", err)
	}
	for n := range maxWaiting - maxWaitingOfNamespace {
		if err := room.enter(strings.Repeat("b", n+1)); err != nil {
			t.Fatalf("another namespace: %v", err)
		}
	}
	if err := room.enter("c"); statusOf(t, err) != http.StatusServiceUnavailable {
		t.Errorf("more than all: %v", err)
	}
	room.leave("a")
	if err := room.enter("c"); err != nil {
		t.Errorf("after one left: %v", err)
	}
	for range maxWaitingOfNamespace - 1 {
		room.leave("a")
	}
	if _, ok := room.of["a"]; ok {
		t.Error("a namespace in which nothing waits is remembered")
	}
}

// known are OAuthClients that the copy has.
type known struct {
	Clients
	object *oauthv1alpha1.OAuthClient
}

func (k known) Candidate(string, string) *oauthv1alpha1.OAuthClient { return k.object }

func (known) Refuses(*oauthv1alpha1.OAuthClient) (*clientspec.Refusal, error) {
	return nil, nil //nolint:nilnil // nothing is refused
}

func (known) NamespaceLabels(string) (map[string]string, bool) { return nil, false }

func TestForHowLongCredentialsAreToldAgain(t *testing.T) {
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	object := func(age time.Duration, of string) *oauthv1alpha1.OAuthClient {
		return &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{
			CreationTimestamp: metav1.NewTime(now.Add(-age)), Labels: map[string]string{oauthv1alpha1.LabelRegistered: of},
		}}
	}
	for name, test := range map[string]struct {
		object *oauthv1alpha1.OAuthClient
		age    time.Duration
		want   bool
	}{
		"both are new":                         {object(retold, "u"), retold, false},
		"both are old":                         {object(retold+1, "u"), retold + 1, true},
		"the OAuthClient was made late":        {object(time.Second, "u"), time.Hour, false},
		"there is none":                        {nil, time.Hour, false},
		"the Registration was lost":            {object(time.Hour, "u"), time.Second, false},
		"the OAuthClient of the name is other": {object(time.Hour, "v"), time.Hour, false},
	} {
		r := &Registrar{Clients: known{object: test.object}, Now: func() time.Time { return now }}
		if got := r.isOld(&registrations.Registration{UID: "u", Created: now.Add(-test.age)}); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// What cannot finish takes its room from its namespace only.
func TestUnfinishedRegistrationsOfANamespace(t *testing.T) {
	now, limiter := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC), limits.New()
	for n := range 10 {
		if limiter.Take(now.Add(time.Duration(n)*6*time.Second), pending("a")) > 0 {
			t.Fatalf("number %d has to wait", n)
		}
	}
	if limiter.Take(now.Add(time.Minute), pending("a")) == 0 || limiter.Take(now, pending("b")) > 0 {
		t.Error("the namespace counts for nothing")
	}
	limiter.Return(pending("a"))
	if limiter.Take(now.Add(time.Minute), pending("a")) > 0 {
		t.Error("one that is finished counts")
	}
}

// The end of a registration is answered once the OAuthClient is gone.
func TestAnEndWaitsForTheOAuthClient(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	object := &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{oauthv1alpha1.LabelRegistered: "u"}}}
	r := &Registrar{Clients: known{object: object}, Room: NewRoom()}
	if err := r.ended(ctx, &registrations.Registration{UID: "u"}); statusOf(t, err) != http.StatusServiceUnavailable {
		t.Errorf("while it is there: %v", err)
	}
	if err := r.ended(ctx, &registrations.Registration{UID: "v"}); err != nil {
		t.Errorf("while another is there: %v", err)
	}
	r.Clients = known{}
	if err := r.ended(ctx, &registrations.Registration{UID: "u"}); err != nil {
		t.Errorf("while none is there: %v", err)
	}
}

func TestLongMetadataAreRefusedBeforeTheyAreStored(t *testing.T) {
	c := registered.Client{Software: strings.Repeat("&", registered.MaxPayload/2)}
	if err := fits(c); err != nil {
		t.Errorf("ampersands: %v", err)
	}
	c.Software += c.Software
	if err := fits(c); statusOf(t, err) != http.StatusBadRequest {
		t.Errorf("too many: %v", err)
	}
}

// What nobody may change is refused before it is stored.
func TestWhoseMetadataChange(t *testing.T) {
	server := &oauthv1alpha1.OAuthServer{}
	server.Spec.Registration = &oauthv1alpha1.ServerRegistration{Namespaces: []oauthv1alpha1.RegistrationNamespaces{
		{Name: "apps", Tokens: &oauthv1alpha1.RegistrationTokens{Clients: []string{"ci.registrar"}}},
	}}
	r := &Registrar{Clients: known{}, Settings: func() *serverspec.Settings { s := serverspec.Of(server); return &s }}
	for name, test := range map[string]struct {
		change func(*oauthv1alpha1.OAuthClient)
		ok     bool
	}{
		"as it was registered": {func(*oauthv1alpha1.OAuthClient) {}, true},
		"suspended":            {func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = true }, false},
		"with certificates":    {func(c *oauthv1alpha1.OAuthClient) { c.Spec.Authentication.Method = "tls_client_auth" }, false},
		"not listed any more":  {func(c *oauthv1alpha1.OAuthClient) { c.Namespace = "other" }, false},
	} {
		c := &oauthv1alpha1.OAuthClient{}
		c.Namespace, c.Spec.Authentication.Method = "apps", oauthv1alpha1.AuthenticationBasic
		test.change(c)
		if err := r.changeable(c); (err == nil) != test.ok || err != nil && statusOf(t, err) != http.StatusForbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRedirectURIsThatTheSchemaRefuses(t *testing.T) {
	for _, uri := range []string{"https:///cb", "https://app.example:99999/", "https://app.example:0/", "http://127.0.0.1:x/", "http://[::1]:65536/", "https://app.example/#", "https://app.example/" + strings.Repeat("a", 2048)} {
		if refusedRedirect(uri, "") == "" {
			t.Errorf("%.40s is not refused", uri)
		}
	}
	for _, uri := range []string{"https://app.example:65535/", "http://[::1]:8080/cb", "http://[::1]/cb", "com.example.app:/cb", "com.example.app:cb"} {
		if why := refusedRedirect(uri, ""); why != "" {
			t.Errorf("%s: %s", uri, why)
		}
	}
}
