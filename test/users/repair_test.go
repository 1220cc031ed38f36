package users

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestWhatIsDoneToTheSecretIsRepaired: editing it gains nothing.
func TestWhatIsDoneToTheSecretIsRepaired(t *testing.T) {
	t.Parallel()
	immutable := true
	damage := map[string]func(*corev1.Secret){
		"an entry is removed":       func(s *corev1.Secret) { s.Data = nil },
		"an entry is added":         func(s *corev1.Secret) { s.Data["other"] = []byte(`{"version":1,"hash":"` + bcryptHash + `"}`) },
		"the label is removed":      func(s *corev1.Secret) { s.Labels, s.Data = nil, nil },
		"the owner is removed":      func(s *corev1.Secret) { s.OwnerReferences = nil },
		"the annotation is changed": func(s *corev1.Secret) { s.Annotations[oauthv1alpha1.AnnotationServer] = "other" },
		"it is emptied and immutable": func(s *corev1.Secret) {
			s.Data, s.Immutable = nil, &immutable
		},
	}
	for name, change := range damage {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t)
			r.secret(t, "alice", argonHash)
			alice := installation.Create(t, r.Admin, r.user("alice"))
			r.awaitReady(t, alice)
			secret := installation.Edit(t, r.Admin, r.awaitHashes(t, "auth", hashes{alice: argonHash}), change)
			installation.Eventually(t, 20*time.Second, func() bool {
				now := r.passwords(t, "auth")
				if now == nil || now.ResourceVersion == secret.ResourceVersion {
					return false
				}
				owner := metav1.GetControllerOf(now)
				return len(now.Data) == 1 && owner != nil && owner.UID == r.Server.UID && now.Labels[oauthv1alpha1.LabelPartOf] != "" &&
					now.Annotations[oauthv1alpha1.AnnotationServer] == "auth"
			}, func() string { return "repaired Secret" })
			r.awaitHashes(t, "auth", hashes{alice: argonHash})
		})
	}
}

func TestADeletedSecretComesBack(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.secret(t, "alice", argonHash)
	alice := installation.Create(t, r.Admin, r.user("alice"))
	r.awaitReady(t, alice)
	installation.Remove(t, r.Admin, r.passwords(t, "auth"))
	r.awaitHashes(t, "auth", hashes{alice: argonHash})
}

// TestAForeignSecretIsLeftAlone, though it has the name that the server reads.
func TestAForeignSecretIsLeftAlone(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	foreign := r.secret(t, "auth-oauth-passwords", "mine")
	r.secret(t, "alice", argonHash)
	alice := installation.Create(t, r.Admin, r.user("alice"))
	r.awaitProblem(t, alice, oauthv1alpha1.ReasonSecretNotOwned)
	version := foreign.ResourceVersion
	if err := r.Admin.Get(t.Context(), client.ObjectKeyFromObject(foreign), foreign); err != nil || foreign.ResourceVersion != version {
		t.Errorf("somebody touched it: %v", err)
	}
	installation.Remove(t, r.Admin, foreign)
	// The operator does not see that it goes, but that the user changes.
	installation.Edit(t, r.Admin, alice, func(u *oauthv1alpha1.OAuthUser) { u.Spec.DisplayName = "Alice" })
	r.awaitReady(t, alice)
}

// TestAfterACrash: whatever happened in the meantime, the next operator brings about
// what the specs say. It does not run in parallel with others, because it kills the
// operator.
func TestAfterACrash(t *testing.T) {
	r := newRoom(t)
	secret := r.secret(t, "alice", argonHash)
	r.secret(t, "bob", bcryptHash)
	alice, bob := installation.Create(t, r.Admin, r.user("alice")), installation.Create(t, r.Admin, r.user("bob"))
	// Killed somewhere between the first write and the last.
	installation.Eventually(t, 20*time.Second, func() bool { return r.passwords(t, "auth") != nil }, func() string { return "Secret" })
	if err := r.Operator.Kill(); err != nil {
		t.Fatal(err)
	}
	installation.Edit(t, r.Admin, secret, func(s *corev1.Secret) { s.Data["password-hash"] = []byte(bcryptHash) })
	installation.Edit(t, r.Admin, bob, func(u *oauthv1alpha1.OAuthUser) { u.Spec.Disabled = true })
	if err := r.Operator.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, 60*time.Second, func() bool {
		now := r.passwords(t, "auth")
		return len(now.Data) == 1 && string(now.Data[string(alice.UID)]) == `{"version":1,"hash":"`+bcryptHash+`"}`
	}, func() string { return "what the specs say" })
	r.awaitReady(t, alice)
	r.awaitRefusal(t, bob, oauthv1alpha1.ReasonDisabled)
}
