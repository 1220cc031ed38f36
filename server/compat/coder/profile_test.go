package coder

import (
	"maps"
	"reflect"
	"testing"
)

func TestUser(t *testing.T) {
	none, err := user(nil, nil, map[string]any{"sub": "s"})
	// A username or an address that is empty would be the same for all users without one.
	want := map[string]any{"id": "s", "name": "", "avatar_url": "", "status": "active", "organization_ids": []string{}, "roles": []string{}}
	if err != nil || !reflect.DeepEqual(none, want) {
		t.Errorf("%v, %v", none, err)
	}
	all, _ := user(nil, nil, map[string]any{"sub": "s", "preferred_username": "alice", "name": "Alice", "email": "a@b.example", "email_verified": true, "picture": "https://p", "groups": []string{"admins"}})
	maps.Copy(want, map[string]any{"username": "alice", "name": "Alice", "email": "a@b.example", "avatar_url": "https://p"})
	if !reflect.DeepEqual(all, want) {
		t.Errorf("%v", all)
	}
}

// An application would take an address that somebody only claims for the user's.
func TestAnAddressThatIsNotVerifiedIsLeftOut(t *testing.T) {
	for _, verified := range []any{true, false, nil, "true"} {
		claims := map[string]any{"sub": "s", "email": "a@b.example", "email_verified": verified}
		if verified == nil {
			delete(claims, "email_verified")
		}
		answer, err := user(nil, nil, claims)
		members, _ := answer.(map[string]any)
		if _, there := members["email"]; err != nil || members["id"] != "s" || there != (verified == true) {
			t.Errorf("verified %v: %v, %v", verified, members, err)
		}
	}
}
