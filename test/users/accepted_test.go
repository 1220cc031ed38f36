package users

import (
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/age"
	"github.com/grantor-dev/grantor/test/installation"
)

func TestADisabledUserHasNoPassword(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.secret(t, "alice", argonHash)
	r.secret(t, "bob", bcryptHash)
	alice, bob := create(t, r, r.user("alice")), create(t, r, r.user("bob"))
	r.awaitHashes(t, "auth", hashes{alice: argonHash, bob: bcryptHash})
	edit(t, r, alice, func(u *oauthv1alpha1.OAuthUser) { u.Spec.Disabled = true })
	r.awaitRefusal(t, alice, oauthv1alpha1.ReasonDisabled)
	r.awaitHashes(t, "auth", hashes{bob: bcryptHash})
	edit(t, r, alice, func(u *oauthv1alpha1.OAuthUser) { u.Spec.Disabled = false })
	r.awaitReady(t, alice)
	r.awaitHashes(t, "auth", hashes{alice: argonHash, bob: bcryptHash})
	remove(t, r, alice)
	r.awaitHashes(t, "auth", hashes{bob: bcryptHash})
	remove(t, r, bob)
	r.awaitHashes(t, "auth", hashes{})
}

// TestTwoUsersOneName: the older keeps what both claim, until it goes.
func TestTwoUsersOneName(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		claim  func(*oauthv1alpha1.OAuthUser)
		reason string
	}{
		"username": {func(u *oauthv1alpha1.OAuthUser) { u.Spec.Username = "same" }, oauthv1alpha1.ReasonUsernameConflict},
		"subject":  {func(u *oauthv1alpha1.OAuthUser) { u.Spec.Subject = "same" }, oauthv1alpha1.ReasonSubjectConflict},
		"identity": {func(u *oauthv1alpha1.OAuthUser) {
			u.Spec.Identities = []oauthv1alpha1.UserIdentity{{Provider: "corp", ID: "same"}}
		}, oauthv1alpha1.ReasonIdentityConflict},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t)
			r.secret(t, "one", argonHash)
			r.secret(t, "two", bcryptHash)
			one, two := create(t, r, r.user("one", test.claim)), create(t, r, r.user("two", test.claim))
			hash := hashes{one: argonHash, two: bcryptHash}
			winner, loser := one, two
			if age.Older(two, one) {
				winner, loser = two, one
			}
			r.awaitReady(t, winner)
			r.awaitRefusal(t, loser, test.reason)
			r.awaitHashes(t, "auth", hashes{winner: hash[winner]})
			remove(t, r, winner)
			r.awaitReady(t, loser)
			r.awaitHashes(t, "auth", hashes{loser: hash[loser]})
		})
	}
}

// TestServersComeAndGo: each server of a namespace has a Secret of its own, which
// goes with it.
func TestServersComeAndGo(t *testing.T) {
	t.Parallel()
	r := room{Installation: shared.Grantor(t), namespace: shared.Namespace(t)}
	r.secret(t, "alice", argonHash)
	alice := create(t, r, r.user("alice"))
	r.awaitRefusal(t, alice, oauthv1alpha1.ReasonServerNotFound)
	first := r.addServer(t, "first")
	r.awaitReady(t, alice)
	r.addServer(t, "second")
	for _, server := range []string{"first", "second"} {
		r.awaitHashes(t, server, hashes{alice: argonHash})
	}
	remove(t, r, first)
	installation.Eventually(t, 60*time.Second, func() bool { return r.passwords(t, "first") == nil }, func() string { return "end of the Secret" })
	if r.passwords(t, "second") == nil {
		t.Error("the other server lost its Secret")
	}
	r.addServer(t, "first")
	r.awaitHashes(t, "first", hashes{alice: argonHash})
}

// TestTheSampleUsersAreReady, since every user who tries Grantor uses them.
func TestTheSampleUsersAreReady(t *testing.T) {
	t.Parallel()
	r := room{Installation: shared.Grantor(t), namespace: "grantor-system"}
	wanted := hashes{}
	for name, hash := range map[string]string{"alice": argonHash, "bob": bcryptHash} {
		u := &oauthv1alpha1.OAuthUser{}
		if err := r.Admin.Get(t.Context(), client.ObjectKey{Namespace: r.namespace, Name: name}, u); err != nil {
			t.Fatal(err)
		}
		r.awaitReady(t, u)
		wanted[u] = hash
	}
	r.awaitHashes(t, "default", wanted)
}

// TestANamespaceThatGoes leaves no work behind.
func TestANamespaceThatGoes(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.secret(t, "alice", argonHash)
	alice := create(t, r, r.user("alice"))
	r.awaitReady(t, alice)
	remove(t, r, alice)
	if err := r.Admin.Get(t.Context(), client.ObjectKeyFromObject(alice), alice); !apierrors.IsNotFound(err) {
		t.Errorf("the user has a finalizer or is still there: %v", err)
	}
}
