package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// present returns the key Secret and the server as they are.
func present(t testing.TB, g *grantor) (*corev1.Secret, *oauthv1alpha1.OAuthServer) {
	t.Helper()
	secret, server := g.keySecret(), g.theServer()
	if err := g.Admin.Get(context.Background(), client.ObjectKeyFromObject(server), server); err != nil {
		t.Fatal(err)
	}
	if err := g.Admin.Get(context.Background(), client.ObjectKeyFromObject(secret), secret); client.IgnoreNotFound(err) != nil {
		t.Fatal(err)
	}
	return secret, server
}

// es256Keys returns the ids of the entries that sign with ES256.
func es256Keys(secret *corev1.Secret) []string {
	var ids []string
	for _, name := range sortedKeys(secret.Data) {
		if strings.Contains(string(secret.Data[name]), `"alg":"ES256"`) {
			ids = append(ids, strings.TrimPrefix(name, "signing."))
		}
	}
	return ids
}

// revoke asks for the replacement of all ES256 keys, which takes each step that a key
// takes within seconds, and returns what tells that it is done.
func revoke(t testing.TB, g *grantor) (done func() bool) {
	t.Helper()
	secret, _ := present(t, g)
	former := es256Keys(secret)
	edit(t, g, g.theServer(), func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.Keys.Revoked = nil
		for _, id := range former {
			s.Spec.Keys.Revoked = append(s.Spec.Keys.Revoked, oauthv1alpha1.KeyID(id))
		}
	})
	return func() bool {
		secret, server := present(t, g)
		ids := es256Keys(secret)
		if len(ids) != 1 || slices.Contains(former, ids[0]) || strings.Contains(string(secret.Data["signing."+ids[0]]), `"staged"`) {
			return false
		}
		for _, key := range server.Status.Keys {
			if slices.Contains(former, key.ID) || key.ID == ids[0] && key.ActiveFrom == nil {
				return false
			}
		}
		return meta.IsStatusConditionTrue(server.Status.Conditions, oauthv1alpha1.ConditionKeysReady)
	}
}

func awaitRevoked(t testing.TB, g *grantor, done func() bool) {
	t.Helper()
	// A second operator looks at the servers of all other tests first.
	installation.Eventually(t, 4*convergence, done, func() string {
		secret, server := present(t, g)
		text, _ := json.Marshal(server.Status)
		return fmt.Sprintf("end of a rotation; the Secret has %v, the status is %s", sortedKeys(secret.Data), text)
	})
}

// signs gets a token at the shared replica and returns the key that signed it, which the
// replica publishes.
func signs(t testing.TB, who *caller) string {
	t.Helper()
	token, err := jose.ParseSignedCompact(who.issue(t), []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, who.url+"/jwks", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(installation.Do(t, request).Body), &set); err != nil {
		t.Fatal(err)
	}
	kid := token.Signatures[0].Header.KeyID
	if keys := set.Key(kid); len(keys) != 1 {
		t.Errorf("%q signs and is not published", kid)
	} else if _, err := token.Verify(keys[0]); err != nil {
		t.Error(err)
	}
	return kid
}

// stalledOnce watches whether the server ever says that it is stalled.
func stalledOnce(t testing.TB, g *grantor) (end func() string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	said := make(chan string, 1)
	go func() {
		defer close(said)
		for pace := time.NewTicker(50 * time.Millisecond); ctx.Err() == nil; <-pace.C {
			server := g.theServer()
			if g.Admin.Get(ctx, client.ObjectKeyFromObject(server), server) != nil {
				continue
			}
			if c := meta.FindStatusCondition(server.Status.Conditions, oauthv1alpha1.ConditionStalled); c != nil && c.Status == "True" {
				said <- c.Message
				return
			}
		}
	}()
	return func() string { cancel(); return <-said }
}

// A key is replaced wherever the operator is killed: none is made twice, none is lost,
// and nothing is signed with one that is not published.
func TestAKeyIsReplacedOnceWhateverCrashes(t *testing.T) {
	g := startKeys(t)
	who := newCaller(t, g, g.Issuer)
	end := stalledOnce(t, g)
	for n, crashed := 1, true; crashed; n++ {
		var writes atomic.Int64
		last := devenv.CrashAfter(n, credentialWrite, func() { _ = g.Operator.Kill() })
		g.proxy.SetHook(within(g.at.Namespace, func(r *http.Request) devenv.Fault {
			if credentialWrite(devenv.DescribeRequest(r).RequestKey) {
				writes.Add(1)
			}
			return last(r)
		}))
		done := revoke(t, g)
		installation.Eventually(t, convergence, func() bool { signs(t, who); return writes.Load() >= int64(n) || done() },
			func() string { return "crash or end of the job" })
		if crashed = writes.Load() >= int64(n); crashed {
			<-g.Operator.Done()
			signs(t, who)
		}
		g.heal(t)
		awaitRevoked(t, g, done)
		secret, _ := present(t, g)
		installation.Eventually(t, convergence, func() bool { return signs(t, who) == es256Keys(secret)[0] }, func() string { return "signature with the new key" })
		if !crashed && n < 5 {
			t.Errorf("only %d writes replace a key", n-1)
		}
	}
	if message := end(); message != "" {
		t.Errorf("the server was stalled: %s", message)
	}
}

// Two operators that replace a key at the same time agree on one.
func TestTwoOperatorsReplaceAKeyOnce(t *testing.T) {
	g := startKeys(t)
	who := newCaller(t, g, g.Issuer)
	end := stalledOnce(t, g)
	second, err := g.operator(t.Context(), g.proxy.Account())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := second.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	for range 3 {
		together := meet(2)
		g.proxy.SetHook(within(g.at.Namespace, devenv.When(secretWrite, together.fault)))
		done := revoke(t, g)
		awaitRevoked(t, g, done)
		if !together.met() {
			t.Error("only one operator wrote a key")
		}
		signs(t, who)
	}
	if message := end(); message != "" {
		t.Errorf("the server was stalled: %s", message)
	}
}

// Whatever becomes of the key Secret, a replica signs with the last good keys, and with
// none that was replaced before. The Secret as it was cures all of it.
func TestD19ReplicasKeepTheLastGoodKeys(t *testing.T) {
	for name, test := range map[string]struct {
		spoil  func(secret *corev1.Secret, backup map[string][]byte)
		reason string
	}{
		"restored from an old backup": {func(s *corev1.Secret, backup map[string][]byte) { s.Data = backup }, oauthv1alpha1.ReasonKeysMissing},
		"with a broken entry": {func(s *corev1.Secret, _ map[string][]byte) {
			s.Data["signing."+es256Keys(s)[0]] = []byte("{")
		}, oauthv1alpha1.ReasonKeySecretBroken},
		"empty": {func(s *corev1.Secret, _ map[string][]byte) { s.Data = nil }, oauthv1alpha1.ReasonKeysMissing},
	} {
		t.Run(name, func(t *testing.T) {
			g := startKeys(t)
			who := newCaller(t, g, g.Issuer)
			old, _ := present(t, g)
			awaitRevoked(t, g, revoke(t, g))
			good, _ := present(t, g)
			kid := es256Keys(good)[0]
			installation.Eventually(t, convergence, func() bool { return signs(t, who) == kid }, func() string { return "signature with the new key" })
			edit(t, g, g.keySecret(), func(s *corev1.Secret) { test.spoil(s, old.Data) })
			stalled := func() string {
				_, server := present(t, g)
				if c := meta.FindStatusCondition(server.Status.Conditions, oauthv1alpha1.ConditionStalled); c != nil && c.Status == "True" {
					return c.Reason
				}
				return ""
			}
			installation.Eventually(t, convergence, func() bool { return stalled() == test.reason }, func() string { return test.reason })
			for range 20 {
				if got := signs(t, who); got != kid {
					t.Fatalf("it signs with %q, not with the last good key %q", got, kid)
				}
			}
			edit(t, g, g.keySecret(), func(s *corev1.Secret) { s.Data = good.Data })
			installation.Eventually(t, convergence, func() bool { return stalled() == "" }, func() string { return "cure" })
			signs(t, who)
		})
	}
}

// An administrator who has only an old backup makes the operator forget what is
// missing.
func TestAnOldBackupIsTakenOver(t *testing.T) {
	g := startKeys(t)
	who := newCaller(t, g, g.Issuer)
	edit(t, g, g.theServer(), func(s *oauthv1alpha1.OAuthServer) { s.Spec.Keys.Revoked = nil })
	old, _ := present(t, g)
	awaitRevoked(t, g, revoke(t, g))
	edit(t, g, g.theServer(), func(s *oauthv1alpha1.OAuthServer) { s.Spec.Keys.Revoked = nil })
	edit(t, g, g.keySecret(), func(s *corev1.Secret) { s.Data = old.Data })
	stalled := func() bool {
		_, server := present(t, g)
		return meta.IsStatusConditionTrue(server.Status.Conditions, oauthv1alpha1.ConditionStalled)
	}
	installation.Eventually(t, convergence, stalled, func() string { return "stalled OAuthServer" })
	if err := g.Admin.Status().Patch(t.Context(), g.theServer(), client.RawPatch(types.MergePatchType, []byte(`{"status":{"keys":null}}`))); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, convergence, func() bool { return !stalled() && signs(t, who) == es256Keys(old)[0] }, func() string { return "signature with the key of the backup" })
}

// An immutable Secret stays as it is, works, and the status says why no key is replaced.
func TestAnImmutableKeySecretIsNotRotated(t *testing.T) {
	g := startKeys(t)
	who := newCaller(t, g, g.Issuer)
	awaitRevoked(t, g, revoke(t, g))
	immutable := true
	edit(t, g, g.keySecret(), func(s *corev1.Secret) { s.Immutable = &immutable })
	before, _ := present(t, g)
	done := revoke(t, g)
	installation.Eventually(t, convergence, func() bool {
		_, server := present(t, g)
		c := meta.FindStatusCondition(server.Status.Conditions, oauthv1alpha1.ConditionKeysReady)
		return c != nil && c.Reason == oauthv1alpha1.ReasonRotationBlocked && strings.Contains(c.Message, "immutable") &&
			meta.IsStatusConditionTrue(server.Status.Conditions, oauthv1alpha1.ConditionReady)
	}, func() string { return oauthv1alpha1.ReasonRotationBlocked })
	signs(t, who)
	if err := g.Admin.Delete(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	again := g.keySecret()
	again.Data, again.Labels, again.Annotations = before.Data, before.Labels, before.Annotations
	if err := g.Admin.Create(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	awaitRevoked(t, g, done)
}
