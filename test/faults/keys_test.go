package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

func (g *grantor) keySecret() *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{
		Namespace: g.at.Namespace, Name: oauthv1alpha1.KeySecretName(g.at.Name),
	}}
}

func (g *grantor) theServer() *oauthv1alpha1.OAuthServer {
	return &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: g.at.Namespace, Name: g.at.Name}}
}

// rsaEntries returns the names of the RSA keys in a key Secret.
func rsaEntries(secret *corev1.Secret) []string {
	var names []string
	for _, name := range sortedKeys(secret.Data) {
		if strings.Contains(string(secret.Data[name]), `"alg":"RS256"`) {
			names = append(names, name)
		}
	}
	return names
}

// becomeFormer makes the installation one of a release without RSA keys, whose
// operator has seen that and written nothing: its writes are refused until the hook
// is replaced.
func becomeFormer(t testing.TB, g *grantor) {
	t.Helper()
	tried := make(chan struct{}, 1)
	g.proxy.SetHook(within(g.at.Namespace, func(r *http.Request) devenv.Fault {
		key := devenv.DescribeRequest(r).RequestKey
		if secretWrite(key) {
			select {
			case tried <- struct{}{}:
			default:
			}
		}
		return devenv.When(credentialWrite, devenv.Refuse(http.StatusServiceUnavailable, metav1.StatusReasonServiceUnavailable, "not now"))(r)
	}))
	secret, server := g.keySecret(), g.theServer()
	if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(secret), secret); err != nil {
		t.Fatal(err)
	}
	names := rsaEntries(secret)
	if len(names) != 1 {
		t.Fatalf("the RSA keys are %v", names)
	}
	if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(server), server); err != nil {
		t.Fatal(err)
	}
	before := server.DeepCopy()
	server.Status.Keys = nil
	for _, key := range before.Status.Keys {
		if string(key.Use)+"."+key.ID != names[0] {
			server.Status.Keys = append(server.Status.Keys, key)
		}
	}
	if err := g.Admin.Status().Patch(t.Context(), server, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
	edit(t, g, secret, func(s *corev1.Secret) { delete(s.Data, names[0]) })
	select {
	case <-tried:
	case <-time.After(convergence):
		t.Fatal("the operator adds no key")
	}
}

// wake makes the operator look at the server at once.
func wake(t testing.TB, g *grantor, why string) {
	t.Helper()
	edit(t, g, g.theServer(), func(s *oauthv1alpha1.OAuthServer) { metav1.SetMetaDataLabel(&s.ObjectMeta, "wake", why) })
}

// supplemented reports whether the Secret has one RSA key, and the status names all
// that is in the Secret and nothing else.
func supplemented(t testing.TB, g *grantor) bool {
	t.Helper()
	secret, server := g.keySecret(), g.theServer()
	if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(secret), secret); err != nil {
		t.Fatal(err)
	}
	if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(server), server); err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, key := range server.Status.Keys {
		named[string(key.Use)+"."+key.ID] = true
	}
	there := map[string]bool{}
	for name := range secret.Data {
		there[name] = true
	}
	return len(rsaEntries(secret)) == 1 && maps.Equal(named, there) &&
		meta.IsStatusConditionTrue(server.Status.Conditions, oauthv1alpha1.ConditionKeysReady)
}

func awaitSupplement(t testing.TB, g *grantor) {
	t.Helper()
	// An operator that has just started looks at every other server first.
	installation.Eventually(t, 2*convergence, func() bool { return supplemented(t, g) }, func() string { return "RSA key in Secret and status" })
}

// rememberedKeys watches the key Secret from now on and returns the RSA keys that
// were ever in it.
func rememberedKeys(t testing.TB, g *grantor) func() []string {
	t.Helper()
	ever := watchKeys(t, g)
	return func() []string {
		present := g.keySecret()
		if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(present), present); err != nil {
			t.Fatal(err)
		}
		return ever.upTo(t, present.ResourceVersion)
	}
}

// The key Secret of an earlier release gets its RSA key wherever the operator is
// killed, and never two: what is signed with the first must not become void.
func TestOldKeysAreSupplementedOnceWhateverCrashes(t *testing.T) {
	g := startKeys(t)
	for n, crashed := 1, true; crashed; n++ {
		becomeFormer(t, g)
		ever := rememberedKeys(t, g)
		var writes atomic.Int64
		last := devenv.CrashAfter(n, credentialWrite, func() { _ = g.Operator.Kill() })
		g.proxy.SetHook(within(g.at.Namespace, func(r *http.Request) devenv.Fault {
			if credentialWrite(devenv.DescribeRequest(r).RequestKey) {
				writes.Add(1)
			}
			return last(r)
		}))
		wake(t, g, fmt.Sprintf("crash-%d", n))
		installation.Eventually(t, convergence, func() bool { return writes.Load() >= int64(n) || supplemented(t, g) },
			func() string { return "crash or end of the job" })
		if crashed = writes.Load() >= int64(n); crashed {
			<-g.Operator.Done()
		}
		g.heal(t)
		awaitSupplement(t, g)
		if keys := ever(); len(keys) != 1 {
			t.Errorf("killed after write %d: the RSA keys were %v", n, keys)
		}
		if !crashed && n < 3 {
			t.Errorf("only %d writes make a key and name it", n-1)
		}
	}
}

// Two operators that add a key to the same former Secret at the same time agree on
// one of them.
func TestTwoOperatorsSupplementOldKeysOnce(t *testing.T) {
	g := startKeys(t)
	becomeFormer(t, g)
	ever := rememberedKeys(t, g)
	second, err := g.operator(t.Context(), g.proxy.Account())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := second.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	together := meet(2)
	g.proxy.SetHook(within(g.at.Namespace, devenv.When(secretWrite, together.fault)))
	wake(t, g, "both")
	awaitSupplement(t, g)
	if !together.met() {
		t.Error("only one operator wrote a key")
	}
	if keys := ever(); len(keys) != 1 {
		t.Errorf("the RSA keys were %v", keys)
	}
}

// To an immutable Secret nothing can be added, and that is for a person to cure.
func TestOldKeysInAnImmutableSecret(t *testing.T) {
	g := startKeys(t)
	becomeFormer(t, g)
	immutable := true
	secret, server := g.keySecret(), g.theServer()
	edit(t, g, secret, func(s *corev1.Secret) { s.Immutable = &immutable })
	g.proxy.SetHook(nil)
	wake(t, g, "immutable")
	var stalled *metav1.Condition
	installation.Eventually(t, convergence, func() bool {
		if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(server), server); err != nil {
			t.Fatal(err)
		}
		stalled = meta.FindStatusCondition(server.Status.Conditions, oauthv1alpha1.ConditionStalled)
		return stalled != nil && stalled.Status == metav1.ConditionTrue
	}, func() string { return "stalled OAuthServer" })
	if !strings.Contains(stalled.Message, "is immutable") || !strings.Contains(stalled.Message, secret.Name) {
		t.Errorf("it says %q", stalled.Message)
	}
	if err := g.Admin.Delete(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	again := g.keySecret()
	again.Data, again.Labels, again.Annotations = secret.Data, secret.Labels, secret.Annotations
	if err := g.Admin.Create(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	awaitSupplement(t, g)
}

// A replica that meets an old key Secret serves what it can, and the rest as soon
// as the key is there.
func TestReplicaServesWithOldKeys(t *testing.T) {
	g := startKeys(t)
	becomeFormer(t, g)
	url, _, _ := g.replica(t)
	published := func() []string {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/jwks", nil)
		if err != nil {
			t.Fatal(err)
		}
		var set struct {
			Keys []struct {
				Algorithm string `json:"alg"`
			} `json:"keys"`
		}
		if err := json.Unmarshal([]byte(installation.Do(t, request).Body), &set); err != nil {
			t.Fatal(err)
		}
		var algorithms []string
		for _, key := range set.Keys {
			algorithms = append(algorithms, key.Algorithm)
		}
		return algorithms
	}
	if algorithms := fmt.Sprint(published()); algorithms != "[ES256]" {
		t.Errorf("without an RSA key it publishes %s", algorithms)
	}
	g.proxy.SetHook(nil)
	wake(t, g, "replica")
	installation.Eventually(t, convergence, func() bool { return fmt.Sprint(published()) == "[ES256 RS256]" },
		func() string { return "RS256 key at the replica" })
	newCaller(t, g, url).issue(t)
}
