package users

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

type hashes = map[*oauthv1alpha1.OAuthUser]string

func TestTheSecretOfAServer(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	r.secret(t, "alice", argonHash+"\n")
	alice := installation.Create(t, r.Admin, r.user("alice"))
	r.awaitReady(t, alice)
	if alice.Status.Subject != "local:"+string(alice.UID) {
		t.Errorf("the subject is %q", alice.Status.Subject)
	}
	secret := r.awaitHashes(t, "auth", hashes{alice: argonHash})
	owner := metav1.GetControllerOf(secret)
	if owner == nil || owner.UID != r.Server.UID || secret.Labels[oauthv1alpha1.LabelPartOf] != oauthv1alpha1.PartOfPasswords ||
		secret.Annotations[oauthv1alpha1.AnnotationServer] != "auth" {
		t.Errorf("the Secret belongs to %v and has %v and %v", owner, secret.Labels, secret.Annotations)
	}
}

// TestTheSecretComesChangesAndGoes: the operator sees each change by itself and
// never touches the Secret.
func TestTheSecretComesChangesAndGoes(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	bob := installation.Create(t, r.Admin, r.user("bob"))
	r.awaitProblem(t, bob, oauthv1alpha1.ReasonPasswordSecretNotFound)
	if r.passwords(t, "auth") != nil {
		t.Error("a server without passwords has a Secret for them")
	}
	secret := r.secret(t, "bob", argonHash)
	r.awaitReady(t, bob)
	r.awaitHashes(t, "auth", hashes{bob: argonHash})

	steps := []struct {
		what   string
		data   map[string]string
		reason string
		hash   string
	}{
		{"another hash", map[string]string{"password-hash": bcryptHash}, "", bcryptHash},
		{"plain text", map[string]string{"password-hash": "not-a-hash"}, oauthv1alpha1.ReasonPasswordRefused, ""},
		{"an htpasswd file", map[string]string{"password-hash": "alice:not-a-hash\nbob:" + bcryptHash}, "", bcryptHash},
		{"an htpasswd file of others", map[string]string{"password-hash": "alice:" + bcryptHash}, oauthv1alpha1.ReasonPasswordRefused, ""},
		{"a hash that costs too much", map[string]string{"password-hash": strings.Replace(argonHash, "t=2", "t=4", 1)}, oauthv1alpha1.ReasonPasswordRefused, ""},
		{"another key", map[string]string{"password": bcryptHash}, oauthv1alpha1.ReasonPasswordSecretNotFound, ""},
		{"the hash again", map[string]string{"password": "x", "password-hash": argonHash}, "", argonHash},
	}
	for _, step := range steps {
		installation.Edit(t, r.Admin, secret, func(s *corev1.Secret) {
			s.Data = nil
			s.StringData = step.data
		})
		if step.reason != "" {
			r.awaitProblem(t, bob, step.reason)
			r.awaitHashes(t, "auth", hashes{})
			continue
		}
		r.awaitReady(t, bob)
		r.awaitHashes(t, "auth", hashes{bob: step.hash})
	}
	version := secret.ResourceVersion
	if err := r.Admin.Get(t.Context(), client.ObjectKeyFromObject(secret), secret); err != nil || secret.ResourceVersion != version {
		t.Errorf("somebody touched the Secret: %v", err)
	}
	installation.Remove(t, r.Admin, secret)
	r.awaitProblem(t, bob, oauthv1alpha1.ReasonPasswordSecretNotFound)
	r.awaitHashes(t, "auth", hashes{})
}

func TestAnotherSecretOrKeyIsNamed(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	shared := r.secret(t, "htpasswd", "carol:"+bcryptHash+"\ndave:"+argonHash)
	file := func(u *oauthv1alpha1.OAuthUser) { u.Spec.PasswordSecretRef.Name = shared.Name }
	carol, dave := installation.Create(t, r.Admin, r.user("carol", file)), installation.Create(t, r.Admin, r.user("dave", file))
	r.awaitHashes(t, "auth", hashes{carol: bcryptHash, dave: argonHash})
	r.awaitReady(t, carol)
	r.awaitReady(t, dave)

	installation.Edit(t, r.Admin, dave, func(u *oauthv1alpha1.OAuthUser) { u.Spec.PasswordSecretRef.Key = "other" })
	r.awaitProblem(t, dave, oauthv1alpha1.ReasonPasswordSecretNotFound)
	r.awaitHashes(t, "auth", hashes{carol: bcryptHash})
	installation.Edit(t, r.Admin, dave, func(u *oauthv1alpha1.OAuthUser) { u.Spec.PasswordSecretRef = nil })
	r.await(t, dave, oauthv1alpha1.ReasonAccepted, oauthv1alpha1.ReasonNoPassword, oauthv1alpha1.ReasonReady)
	installation.Edit(t, r.Admin, carol, func(u *oauthv1alpha1.OAuthUser) { u.Spec.PasswordSecretRef = nil })
	r.awaitHashes(t, "auth", hashes{})
	installation.Edit(t, r.Admin, carol, func(u *oauthv1alpha1.OAuthUser) {
		u.Spec.PasswordSecretRef = &oauthv1alpha1.PasswordSecretReference{Name: shared.Name}
	})
	r.awaitHashes(t, "auth", hashes{carol: bcryptHash})
}

// TestTheConditionsShowNoHash, whatever is wrong with it.
func TestTheConditionsShowNoHash(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	for i, text := range []string{"not-a-hash", strings.Replace(argonHash, "t=2", "t=9", 1), strings.Replace(bcryptHash, "$10$", "$14$", 1), bcryptHash + "\nnot-a-hash"} {
		name := fmt.Sprintf("user%d", i)
		r.secret(t, name, text)
		u := installation.Create(t, r.Admin, r.user(name))
		r.awaitProblem(t, u, oauthv1alpha1.ReasonPasswordRefused)
		for _, c := range u.Status.Conditions {
			for _, part := range []string{"not-a-hash", argonKey, bcryptKey} {
				if strings.Contains(c.Message, part) {
					t.Errorf("%s: %s", c.Type, c.Message)
				}
			}
		}
	}
}
