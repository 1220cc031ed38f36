package keys

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	jose "github.com/go-jose/go-jose/v4"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/test/installation"
)

// published reads the keys of a replica, and how long they may be kept.
func published(ctx context.Context, url string) (set jose.JSONWebKeySet, maxAge time.Duration, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/jwks", http.NoBody)
	if err != nil {
		return set, 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return set, 0, err
	}
	defer func() { _ = response.Body.Close() }()
	_, age, _ := strings.Cut(response.Header.Get("Cache-Control"), "max-age=")
	n, err := strconv.Atoi(age)
	if err != nil {
		return set, 0, fmt.Errorf("Cache-Control is %q", response.Header.Get("Cache-Control"))
	}
	return set, time.Duration(n) * time.Second, json.NewDecoder(response.Body).Decode(&set)
}

// believer is a resource server that keeps the keys for as long as it may and asks for
// none before that, so that a key must be there before it signs.
type believer struct {
	urls  []string
	set   jose.JSONWebKeySet
	until time.Time
}

func (b *believer) verify(ctx context.Context, token string) error {
	if !time.Now().Before(b.until) {
		asked := time.Now()
		set, age, err := published(ctx, b.urls[rand.IntN(len(b.urls))])
		if err != nil {
			return err
		}
		b.set, b.until = set, asked.Add(age)
	}
	return signedBy(b.set, token)
}

func signedBy(set jose.JSONWebKeySet, token string) error {
	parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return err
	}
	keys := set.Key(parsed.Signatures[0].Header.KeyID)
	if len(keys) != 1 {
		return errors.New("the key is not published")
	}
	_, err = parsed.Verify(keys[0])
	return err
}

func kid(t testing.TB, token string) string {
	t.Helper()
	parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Signatures[0].Header.KeyID
}

// load gets tokens from all replicas and has them verified, at once by resource servers
// that keep keys, and again before they expire.
type load struct {
	mu    sync.Mutex
	kids  map[string]int
	wrong []string
}

func (l *load) note(kid string, errs ...error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kids[kid]++
	for _, err := range errs {
		if err != nil {
			l.wrong = append(l.wrong, kid+": "+err.Error())
		}
	}
}

const tokenLife = 10 * time.Second

func (l *load) run(ctx context.Context, t *testing.T, urls []string, id, value string) {
	client := oidc.NewRemoteKeySet(ctx, urls[0]+"/jwks")
	own := &believer{urls: urls}
	var later sync.WaitGroup
	defer later.Wait()
	pace := time.NewTicker(125 * time.Millisecond)
	defer pace.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-pace.C:
		}
		answer := installation.Post(t, urls[n%len(urls)]+"/token", id, value, installation.TokenForm(""))
		token, _ := answer.JSON["access_token"].(string)
		if token == "" {
			l.note("", fmt.Errorf("the token endpoint answers %d %s", answer.Status, answer.Body))
			continue
		}
		// The load ends with its context, the verification of what it got does not.
		patient := context.WithoutCancel(ctx)
		_, err := client.VerifySignature(patient, token)
		l.note(kid(t, token), err, own.verify(patient, token))
		later.Go(func() {
			<-time.After(tokenLife - 2*time.Second)
			for _, url := range urls {
				set, _, err := published(patient, url)
				l.note(kid(t, token), err, signedBy(set, token))
			}
		})
	}
}

// Signing keys are replaced every few seconds under load, and no client notices.
func TestD18SigningKeysAreReplacedUnnoticed(t *testing.T) {
	g := grantor(t)
	c := g.Create(t, installation.Service(shared.Namespace(t), "busy", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Tokens.AccessToken.Lifetime = seconds(int(tokenLife / time.Second))
	}))
	var urls []string
	for _, replica := range g.Servers {
		urls = append(urls, replica.Options().URL)
	}
	const interval = 10 * time.Second
	g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.Keys.RotationInterval = &metav1.Duration{Duration: interval}
	})
	// A service that asks a replica that has not loaded it may cache the keys for
	// minutes.
	for _, url := range urls {
		installation.Eventually(t, 30*time.Second, func() bool {
			_, age, err := published(t.Context(), url)
			return err == nil && age <= keyring.MaxAge(interval)
		}, func() string { return "replica that knows how often keys are replaced" })
	}
	ctx, cancel := context.WithTimeout(t.Context(), 65*time.Second)
	defer cancel()
	l := &load{kids: map[string]int{}}
	value := g.Value(t, c)
	var work sync.WaitGroup
	for range 3 {
		work.Go(func() { l.run(ctx, t, urls, c.ClientID(), value) })
	}
	work.Wait()
	if len(l.wrong) > 0 {
		t.Errorf("%d verifications failed, such as %v", len(l.wrong), l.wrong[:min(5, len(l.wrong))])
	}
	if len(l.kids) < 4 {
		t.Errorf("only %d keys signed: %v", len(l.kids), l.kids)
	}
	t.Logf("tokens by key: %v", l.kids)
	g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Keys.RotationInterval = nil })
	installation.Eventually(t, 30*time.Second, func() bool {
		first, _, err := published(t.Context(), urls[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, url := range urls[1:] {
			other, _, err := published(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(kidsOf(first)) != fmt.Sprint(kidsOf(other)) {
				return false
			}
		}
		return true
	}, func() string { return "one set of keys at all replicas" })
}

func kidsOf(set jose.JSONWebKeySet) []string {
	var kids []string
	for _, key := range set.Keys {
		kids = append(kids, key.KeyID)
	}
	return kids
}
