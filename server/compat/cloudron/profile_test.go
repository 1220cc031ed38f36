package cloudron

import "testing"

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
