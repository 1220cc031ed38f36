package users

import (
	"encoding/json"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

const (
	argonKey   = "24kFEsjWU1Kjclj/zUVkSIYhyQbz11Mo6cnN+t3HBhY"
	argonHash  = "$argon2id$v=19$m=19456,t=2,p=1$lghAb1Liy89jOx23el9xRw$" + argonKey
	bcryptKey  = "etRARSz6eTDeSVO"
	bcryptHash = "$2y$10$q4Zq0nq2m6Yl0aQ1o3Xh9" + bcryptKey + "/radQkPT3owNVmkue"
)

type room struct{ installation.Room }

func newRoom(t testing.TB) room {
	t.Helper()
	return room{shared.Room(t)}
}

// user returns an OAuthUser, not yet created, whose password is in a Secret of its
// name.
func (r room) user(name string, change ...func(*oauthv1alpha1.OAuthUser)) *oauthv1alpha1.OAuthUser {
	u := &oauthv1alpha1.OAuthUser{ObjectMeta: metav1.ObjectMeta{Namespace: r.Namespace, Name: name}}
	u.Spec.Username = name
	u.Spec.PasswordSecretRef = &oauthv1alpha1.PasswordSecretReference{Name: name}
	for _, f := range change {
		f(u)
	}
	return u
}

// secret creates a Secret with a hash.
func (r room) secret(t testing.TB, name, text string) *corev1.Secret {
	t.Helper()
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: r.Namespace, Name: name},
		Data:       map[string][]byte{"password-hash": []byte(text)},
	}
	installation.Create(t, r.Admin, secret)
	return secret
}

// await waits until conditions of a user have these reasons, in the order Accepted,
// PasswordReady, Ready.
func (r room) await(t testing.TB, u *oauthv1alpha1.OAuthUser, reasons ...string) {
	t.Helper()
	types := []string{oauthv1alpha1.ConditionAccepted, oauthv1alpha1.ConditionPasswordReady, oauthv1alpha1.ConditionReady}
	installation.Eventually(t, 20*time.Second, func() bool {
		if err := r.Admin.Get(t.Context(), client.ObjectKeyFromObject(u), u); err != nil {
			t.Fatalf("get user %s: %v", u.Name, err)
		}
		for i, reason := range reasons {
			c := meta.FindStatusCondition(u.Status.Conditions, types[i])
			if c == nil || c.Reason != reason || c.ObservedGeneration != u.Generation || u.Status.ObservedGeneration != u.Generation ||
				(c.Status == "True") != (reason == c.Type || reason == oauthv1alpha1.ReasonReady) {
				return false
			}
		}
		stalled := meta.IsStatusConditionTrue(u.Status.Conditions, oauthv1alpha1.ConditionStalled)
		return stalled == (reasons[2] != oauthv1alpha1.ReasonReady)
	}, func() string {
		text, _ := json.Marshal(u.Status)
		return u.Name + " with " + reasons[0] + ", " + reasons[1] + ", " + reasons[2] + "; it has " + string(text)
	})
}

func (r room) awaitReady(t testing.TB, u *oauthv1alpha1.OAuthUser) {
	t.Helper()
	r.await(t, u, oauthv1alpha1.ReasonAccepted, oauthv1alpha1.ReasonPasswordReady, oauthv1alpha1.ReasonReady)
}

func (r room) awaitProblem(t testing.TB, u *oauthv1alpha1.OAuthUser, reason string) {
	t.Helper()
	r.await(t, u, oauthv1alpha1.ReasonAccepted, reason, reason)
}

func (r room) awaitRefusal(t testing.TB, u *oauthv1alpha1.OAuthUser, reason string) {
	t.Helper()
	r.await(t, u, reason, oauthv1alpha1.ReasonNotAccepted, reason)
}

// passwords returns the Secret that a server reads, or nil.
func (r room) passwords(t testing.TB, server string) *corev1.Secret {
	t.Helper()
	secret := &corev1.Secret{}
	err := r.Admin.Get(t.Context(), client.ObjectKey{Namespace: r.Namespace, Name: oauthv1alpha1.PasswordSecretName(server)}, secret)
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		t.Fatalf("get password Secret: %v", err)
	}
	return secret
}

// awaitHashes waits until a server gets to read exactly these hashes.
func (r room) awaitHashes(t testing.TB, server string, wanted map[*oauthv1alpha1.OAuthUser]string) *corev1.Secret {
	t.Helper()
	var secret *corev1.Secret
	installation.Eventually(t, 20*time.Second, func() bool {
		secret = r.passwords(t, server)
		if secret == nil || len(secret.Data) != len(wanted) {
			return false
		}
		for u, hash := range wanted {
			if string(secret.Data[string(u.UID)]) != `{"version":1,"hash":"`+hash+`"}` {
				return false
			}
		}
		return true
	}, func() string { return "Secret with these passwords" })
	return secret
}
