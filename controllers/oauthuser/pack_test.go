package oauthuser

import (
	"fmt"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/passwords"
)

const argon2id = "$argon2id$v=19$m=19456,t=2,p=1$lghAb1Liy89jOx23el9xRw$24kFEsjWU1Kjclj/zUVkSIYhyQbz11Mo6cnN+t3HBhY"

// crowd returns n users with passwords, the youngest first.
func crowd(t *testing.T, n int) []*user {
	t.Helper()
	hash, err := passwords.Parse([]byte(argon2id), "")
	if err != nil {
		t.Fatal(err)
	}
	var users []*user
	for i := range n {
		u := &oauthv1alpha1.OAuthUser{ObjectMeta: metav1.ObjectMeta{
			Namespace: "system", Name: fmt.Sprintf("user%d", i), UID: types.UID(fmt.Sprintf("%036d", i)),
			CreationTimestamp: metav1.NewTime(time.Unix(int64(i), 0)),
		}}
		u.Spec.Username = u.Name
		u.Spec.PasswordSecretRef = &oauthv1alpha1.PasswordSecretReference{Name: "x", Key: "y"}
		users = append(users, &user{object: u, hash: hash})
	}
	slices.Reverse(users)
	return users
}

// TestAFullSecret: those who come last are told, and nobody else loses anything.
func TestAFullSecret(t *testing.T) {
	users := crowd(t, 6000)
	sortByAge(users)
	judge(users, true)
	entries := pack(users)
	if len(entries) < 4500 || len(entries) > 5000 {
		t.Fatalf("%d users fit; the guide says more than 4500", len(entries))
	}
	for i, u := range users {
		_, there := entries[string(u.object.UID)]
		full := u.problem != nil && u.problem.reason == oauthv1alpha1.ReasonPasswordSecretFull
		if there != (i < len(entries)) || full == there {
			t.Fatalf("user %d of %d: there %v, told %v", i, len(users), there, full)
		}
	}
}

func TestWhoIsPacked(t *testing.T) {
	users := crowd(t, 5)
	sortByAge(users)
	users[1].object.Spec.Disabled = true
	users[2].object.Spec.PasswordSecretRef = nil
	users[3].problem = &problem{"PasswordRefused", "x"}
	users[4].object.Spec.Username = users[0].object.Spec.Username
	judge(users, true)
	if entries := pack(users); len(entries) != 1 || entries[string(users[0].object.UID)] == nil {
		t.Errorf("%d entries", len(entries))
	}
	judge(users, false)
	if entries := pack(users); len(entries) != 0 {
		t.Errorf("%d entries without a server", len(entries))
	}
}
