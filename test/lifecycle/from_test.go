package lifecycle

import (
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/test/installation"
)

// given makes a client take its secret from Secret source, key password.
func given(c *oauthv1alpha1.OAuthClient) {
	c.Spec.Secret.From = &oauthv1alpha1.SecretSource{Name: "source", Key: "password"}
	if c.Spec.Secret.Rotation != nil {
		c.Spec.Secret.Rotation.RequestedAt = nil
	}
}

func notGiven(c *oauthv1alpha1.OAuthClient) { c.Spec.Secret.From = nil }

// source makes or changes the Secret that clients of these tests take theirs from.
func source(t testing.TB, g *installation.Installation, ns, password string) *corev1.Secret {
	t.Helper()
	remember([]byte(password))
	s := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "source"}, Data: map[string][]byte{"password": []byte(password)}}
	if exists(t, g, s.DeepCopy()) {
		return edit(t, g, s, func(s *corev1.Secret) { s.Data = map[string][]byte{"password": []byte(password)} })
	}
	if err := g.Admin.Create(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return s
}

// poke makes the operator look at a client now.
func poke(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient) {
	t.Helper()
	edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.DisplayName = fmt.Sprintf("Poked %d", time.Now().UnixNano())
	})
}

// notReady waits until the operator is at it for a reason of its credentials.
func notReady(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, reason string) *oauthv1alpha1.OAuthClient {
	t.Helper()
	g.AwaitCondition(t, c, oauthv1alpha1.ConditionReconciling, metav1.ConditionTrue, reason)
	return g.AwaitCondition(t, c, oauthv1alpha1.ConditionCredentialsReady, metav1.ConditionFalse, reason)
}

// holds waits until the client's Secret holds the value and the client is ready.
func holds(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, want string) {
	t.Helper()
	awaitSecret(t, g, c, "the given value", func(s *corev1.Secret) bool { return string(s.Data["client_secret"]) == want })
	ready(t, g, c)
}

func TestGivenSecretIsWaitedFor(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	c := create(t, g, installation.Service(ns, "patient", given))
	waiting := func(what string) {
		t.Helper()
		now := notReady(t, g, c, oauthv1alpha1.ReasonSourceNotFound)
		if len(now.Status.Credentials) > 0 || exists(t, g, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: c.ClientSecretName()}}) {
			t.Errorf("%s: something was invented", what)
		}
	}
	waiting("no Secret")
	s := source(t, g, ns, credentials.Generate())
	edit(t, g, s, func(s *corev1.Secret) { s.Data = map[string][]byte{"another": s.Data["password"]} })
	poke(t, g, c)
	waiting("no key")
	password := credentials.Generate()
	source(t, g, ns, password)
	// Within five seconds, without anybody's help.
	installation.Eventually(t, 10*time.Second, func() bool { return isReady(reload(t, g, c)) }, func() string { return "client with a given secret" })
	holds(t, g, c, password)
	authenticates(t, g, c, password, endToEnd)
	awaitEvents(t, g, c, map[string]int{"Normal CredentialsFollowed": 1, "Normal Ready": 1})
}

// A change of the source arrives within 30 seconds and what it takes to write it; the
// old value goes on for the overlap.
func TestGivenSecretIsFollowed(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	first, second := credentials.Generate(), credentials.Generate()
	source(t, g, ns, first)
	c := service(t, g, ns, "follower", given)
	holds(t, g, c, first)
	authenticates(t, g, c, first, endToEnd)
	source(t, g, ns, second)
	if now := awaitOther(t, g, c, first, 30*time.Second+endToEnd); now != second {
		t.Error("the Secret holds neither of the given values")
	}
	authenticates(t, g, c, second, endToEnd)
	stillAuthenticates(t, g, c, first, "within the overlap")

	// Back to the old one, which was about to end.
	source(t, g, ns, first)
	poke(t, g, c)
	holds(t, g, c, first)
	edit(t, g, c, requestRotationOverlapOf(0))
	refused(t, g, c, second, endToEnd)
	authenticates(t, g, c, first, installation.Effective)
	if list := reload(t, g, c).Status.Credentials; len(list) != 1 || list[0].ExpiresAt != nil {
		t.Errorf("the digests are %+v", list)
	}
}

func requestRotationOverlapOf(overlap time.Duration) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{Overlap: &metav1.Duration{Duration: overlap}}
	}
}

// A value that cannot be used is refused with a reason and without being quoted; what
// authenticated before still does, and the Secret is left as it is.
func TestGivenSecretIsRefused(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	good := credentials.Generate()
	source(t, g, ns, good)
	c := service(t, g, ns, "choosy", given)
	version := g.Secret(t, c).ResourceVersion
	for _, bad := range []string{good[:31], good + "\n", good + " " + good, strings.Repeat(good, 12), good + "\u00e9", ""} {
		source(t, g, ns, bad)
		poke(t, g, c)
		now := stalled(t, g, c, oauthv1alpha1.ReasonSourceRefused)
		if message := messageOf(now, oauthv1alpha1.ConditionReady); bad != "" && strings.Contains(message, bad) {
			t.Errorf("the message quotes the value: %s", message)
		}
		if g.Secret(t, c).ResourceVersion != version {
			t.Errorf("%d bytes: the Secret was written", len(bad))
		}
		stillAuthenticates(t, g, c, good, "a value that was refused")
	}
	remove(t, g, source(t, g, ns, good))
	poke(t, g, c)
	notReady(t, g, c, oauthv1alpha1.ReasonSourceNotFound)
	stillAuthenticates(t, g, c, good, "the source is gone")
	source(t, g, ns, good)
	poke(t, g, c)
	holds(t, g, c, good)
	if g.Secret(t, c).ResourceVersion != version {
		t.Error("the Secret was written although nothing changed in the end")
	}
}

// From a secret of ours to a given one and back: the old one authenticates for the
// overlap, and the given one stays where nobody asks for another.
func TestSecretBecomesGivenAndOwnAgain(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	c := service(t, g, ns, "switching")
	own, password := value(t, g, c), credentials.Generate()
	source(t, g, ns, password)
	edit(t, g, c, given)
	holds(t, g, c, password)
	authenticates(t, g, c, password, endToEnd)
	stillAuthenticates(t, g, c, own, "within the overlap")
	edit(t, g, c, notGiven)
	ready(t, g, c)
	holds(t, g, c, password)
	remove(t, g, source(t, g, ns, password))
	poke(t, g, c)
	holds(t, g, c, password)
	edit(t, g, c, requestRotation(time.Now(), time.Hour))
	next := otherValue(t, g, c, password)
	authenticates(t, g, c, next, endToEnd)
	for _, former := range []string{own, password} {
		stillAuthenticates(t, g, c, former, "within the overlap")
	}
}

// A given secret that is edited in our Secret, or lost with it, comes back as it was.
func TestGivenSecretIsRepaired(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	password := credentials.Generate()
	source(t, g, ns, password)
	c := service(t, g, ns, "sturdy", given)
	holds(t, g, c, password)
	edited := strings.Repeat("edited-by-hand-", 3)
	edit(t, g, g.Secret(t, c), func(s *corev1.Secret) { s.Data["client_secret"] = []byte(edited) })
	holds(t, g, c, password)
	neverAuthenticates(t, g, c, edited, "an edited value")
	remove(t, g, g.Secret(t, c))
	holds(t, g, c, password)
	authenticates(t, g, c, password, installation.Effective)
	if n := len(reload(t, g, c).Status.Credentials); n != 1 {
		t.Errorf("%d digests of one value", n)
	}
}

// The token of a service account is neither written to nor copied.
func TestServiceAccountTokenIsLeftAlone(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "robot"}}
	if err := g.Admin.Create(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	token := plainSecret(t, g, ns, "robot-token", func(s *corev1.Secret) {
		s.Type, s.Data = corev1.SecretTypeServiceAccountToken, nil
		s.Annotations = map[string]string{corev1.ServiceAccountNameKey: account.Name}
	})
	installation.Eventually(t, 20*time.Second, func() bool { return len(reload(t, g, token).Data["token"]) > 0 },
		func() string { return "token of the service account" })
	remember(token.Data["token"])
	thief := create(t, g, installation.Service(ns, "thief", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Secret.From = &oauthv1alpha1.SecretSource{Name: token.Name, Key: "token"}
	}))
	stalled(t, g, thief, oauthv1alpha1.ReasonSourceRefused)
	vandal := create(t, g, installation.Service(ns, "vandal", secretName(token.Name), retain))
	stalled(t, g, vandal, oauthv1alpha1.ReasonSecretNotOwned)
	if now := reload(t, g, token.DeepCopy()); now.ResourceVersion != token.ResourceVersion {
		t.Error("the token was written")
	}
}

// The source belongs to its owner: it stays when the client is deleted.
func TestSourceOutlivesItsClient(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	password := credentials.Generate()
	s := source(t, g, ns, password)
	for _, policy := range []oauthv1alpha1.DeletionPolicy{oauthv1alpha1.DeletionPolicyDelete, oauthv1alpha1.DeletionPolicyRetain} {
		c := service(t, g, ns, strings.ToLower(string(policy)), given, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Secret.DeletionPolicy = policy })
		own := g.Secret(t, c)
		remove(t, g, c)
		refused(t, g, c, password, installation.Effective)
		if policy == oauthv1alpha1.DeletionPolicyDelete {
			installation.Eventually(t, collected, func() bool { return !exists(t, g, own) }, func() string { return "end of the client's Secret" })
		} else if !exists(t, g, own) {
			t.Error("the retained Secret is gone")
		}
		if now := reload(t, g, s.DeepCopy()); now.ResourceVersion != s.ResourceVersion {
			t.Errorf("%s: the source was written", policy)
		}
	}
	// A successor takes the retained Secret over, with a secret of its own from now on.
	again := service(t, g, ns, "retain", retain)
	if now := value(t, g, again); now != password {
		t.Error("the retained value was not adopted")
	}
	authenticates(t, g, again, password, endToEnd)
}
