package local

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity"
)

func full() *oauthv1alpha1.OAuthUser {
	verified := false
	u := &oauthv1alpha1.OAuthUser{ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "alice", UID: "uid-1"}}
	u.Spec.Username, u.Spec.Groups = "alice", []string{"devs", "admins"}
	u.Spec.OAuthUserProfile = oauthv1alpha1.OAuthUserProfile{
		DisplayName: "Alice Example", GivenName: "Alice", FamilyName: "Example", Email: "alice@example.com", EmailVerified: &verified,
		MiddleName: "B", Nickname: "Ali", ProfileURI: "https://example.com/alice", WebsiteURI: "https://alice.example", Gender: "female", Birthdate: "0000-12-31",
		UpdatedAt: &metav1.Time{Time: time.Unix(1767323045, 0)}, PhoneNumberVerified: true,
		PhoneNumber: "+1 425 555 1212", PictureURI: "https://example.com/a.png", Locale: "en", Zoneinfo: "Europe/Paris",
		Address: &oauthv1alpha1.PostalAddress{
			Formatted: "1 Road\nTown", StreetAddress: "1 Road", Locality: "Town", Region: "R", PostalCode: "123", Country: "C",
		},
	}
	return u
}

func bare() *oauthv1alpha1.OAuthUser {
	u := &oauthv1alpha1.OAuthUser{ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "bob", UID: "uid-2"}}
	u.Spec.Username, u.Spec.Subject = "bob", "b"
	return u
}

func TestClaims(t *testing.T) {
	tests := map[string]struct {
		user   *oauthv1alpha1.OAuthUser
		scopes []string
		want   string
	}{
		"no scope":                   {full(), nil, `{}`},
		"scopes that grant no claim": {full(), []string{"openid", "offline_access", "read", ""}, `{}`},
		"profile": {full(), []string{"openid", "profile"}, `{"birthdate":"0000-12-31","family_name":"Example","gender":"female","given_name":"Alice","locale":"en",` +
			`"middle_name":"B","name":"Alice Example","nickname":"Ali","picture":"https://example.com/a.png","preferred_username":"alice",` +
			`"profile":"https://example.com/alice","updated_at":1767323045,"website":"https://alice.example","zoneinfo":"Europe/Paris"}`},
		"email":   {full(), []string{"email"}, `{"email":"alice@example.com","email_verified":false}`},
		"phone":   {full(), []string{"phone"}, `{"phone_number":"+1 425 555 1212","phone_number_verified":true}`},
		"address": {full(), []string{"address"}, `{"address":{"country":"C","formatted":"1 Road\nTown","locality":"Town","postal_code":"123","region":"R","street_address":"1 Road"}}`},
		"groups":  {full(), []string{"groups"}, `{"groups":["devs","admins"]}`},
		"a user of whom little is known": {bare(), []string{"profile", "email", "phone", "address", "groups"},
			`{"groups":[],"name":"bob","preferred_username":"bob"}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := json.Marshal(newPerson(test.user).Claims(test.scopes))
			if err != nil || string(got) != test.want {
				t.Errorf("%s, %v; wanted %s", got, err, test.want)
			}
		})
	}
}

func TestAnAddressIsVerifiedUnlessSaidOtherwise(t *testing.T) {
	u := full()
	u.Spec.EmailVerified = nil
	if verified, _ := newPerson(u).Claim("email_verified"); verified != true {
		t.Errorf("email_verified is %v", verified)
	}
}

func TestLacks(t *testing.T) {
	for scope, wanted := range map[string]bool{
		"email": true, "phone": true, "address": true, "profile": false, "groups": false, "openid": false, "offline_access": false, "read": false, "": false,
	} {
		if newPerson(bare()).Lacks(scope) != wanted {
			t.Errorf("a user of whom little is known lacks %q: %v", scope, !wanted)
		}
		if newPerson(full()).Lacks(scope) {
			t.Errorf("a user of whom all is known lacks %q", scope)
		}
	}
}

// A number is verified only if somebody says so: unlike addresses, which applications
// refuse otherwise, nothing depends on it.
func TestANumberIsNotVerifiedUnlessSaid(t *testing.T) {
	u := full()
	u.Spec.PhoneNumberVerified = false
	if verified, ok := newPerson(u).Claim("phone_number_verified"); verified != false || !ok {
		t.Errorf("phone_number_verified is %v, %v", verified, ok)
	}
	if _, ok := newPerson(bare()).Claim("phone_number_verified"); ok {
		t.Error("no number is verified or not")
	}
}

func TestNames(t *testing.T) {
	tests := map[string]struct{ display, given, family, want string }{
		"a display name":        {"A", "B", "C", "A"},
		"both other names":      {"", "B", "C", "B C"},
		"the given name only":   {"", "B", "", "B"},
		"the family name only":  {"", "", "C", "C"},
		"nothing but a login":   {"", "", "", "bob"},
		"an empty display name": {"", "B", "C", "B C"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			u := bare()
			u.Spec.DisplayName, u.Spec.GivenName, u.Spec.FamilyName = test.display, test.given, test.family
			if got := newPerson(u).DisplayName; got != test.want {
				t.Errorf("%q", got)
			}
		})
	}
}

// TestSingleClaims: each claim alone is what its scope grants.
func TestSingleClaims(t *testing.T) {
	u := newPerson(full())
	if sub, ok := u.Claim("sub"); sub != "local:uid-1" || !ok || identity.ClaimScope("sub") != "" {
		t.Errorf("sub is %v", sub)
	}
	if _, ok := u.Claim("password"); ok || identity.ClaimScope("password") != "" {
		t.Error("a claim that does not exist is known")
	}
	if _, ok := newPerson(bare()).Claim("email_verified"); ok {
		t.Error("no address is verified")
	}
	for _, name := range identity.ClaimNames() {
		value, ok := u.Claim(name)
		granted, also := u.Claims([]string{identity.ClaimScope(name)})[name]
		a, _ := json.Marshal(value)
		b, _ := json.Marshal(granted)
		if name != "sub" && (!ok || !also || !slices.Equal(a, b)) {
			t.Errorf("%s is %s alone and %s with scope %s", name, a, b, identity.ClaimScope(name))
		}
	}
}
