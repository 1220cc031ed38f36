package store

import (
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage"
)

// A cookie that was stolen names the Login no longer once the user has given the password
// again, though the Login goes on.
func TestACookieEndsWithTheNextPassword(t *testing.T) {
	t.Parallel()
	r, now := replicas(t, 1)[0], time.Now()
	who := &identity.Authentication{Person: &identity.Person{Subject: "local:" + storage.NewName(), UID: "user-uid"}}
	first, err := r.logins.SignIn(t.Context(), nil, who, time.Hour, now)
	if err != nil {
		t.Fatal(err)
	}
	stolen, err := r.logins.Cookie(first)
	if err != nil {
		t.Fatal(err)
	}
	named, err := r.logins.Named(t.Context(), stolen, now)
	if err != nil || named == nil || named.Name != first.Name {
		t.Fatalf("the cookie names %+v, %v", named, err)
	}
	second, err := r.logins.SignIn(t.Context(), named, who, 2*time.Hour, now.Add(time.Minute))
	if err != nil || second.Name != first.Name {
		t.Fatalf("the Login does not go on: %+v, %v", second, err)
	}
	fresh, err := r.logins.Cookie(second)
	if err != nil {
		t.Fatal(err)
	}
	if named, err := r.logins.Named(t.Context(), fresh, now); err != nil || named == nil || !named.AuthTime.Equal(second.AuthTime) {
		t.Errorf("the new cookie names %+v, %v", named, err)
	}
	if named, err := r.logins.Named(t.Context(), stolen, now); err != nil || named != nil {
		t.Errorf("the old cookie names %+v, %v", named, err)
	}
}
