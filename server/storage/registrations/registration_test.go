package registrations

import (
	"errors"
	"strings"
	"testing"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/storage"
)

// A token opens one Registration, however often that is changed.
func TestRegistrationAccessTokens(t *testing.T) {
	set, err := keystest.NewStore(t).Current()
	if err != nil {
		t.Fatal(err)
	}
	const issuer = "https://auth.example.com"
	r := Registration{Name: strings.Repeat("a", nameLength), UID: "u", Generation: 3}
	token := r.Token(set, issuer)
	if !IsToken(set, issuer, r.Name, token) || IsToken(set, issuer, strings.Repeat("b", nameLength), token) || IsToken(set, issuer, r.Name, token+"A") {
		t.Errorf("the token is %s", token)
	}
	has := func(change func(*Registration)) bool {
		other := r
		change(&other)
		return other.Has(set, issuer, token)
	}
	for name, test := range map[string]struct {
		change func(*Registration)
		want   bool
	}{
		"itself":                  {func(*Registration) {}, true},
		"the next generation":     {func(r *Registration) { r.Generation++ }, true},
		"the one after":           {func(r *Registration) { r.Generation += 2 }, true},
		"another of the name":     {func(r *Registration) { r.UID = "v" }, false},
		"one that is not stored":  {func(r *Registration) { r.UID = "" }, false},
		"another name":            {func(r *Registration) { r.Name = strings.Repeat("b", nameLength) }, false},
		"a name and UID together": {func(r *Registration) { r.Name, r.UID = r.Name+"u", "" }, false},
	} {
		if has(test.change) != test.want {
			t.Errorf("it opens %s: %t", name, !test.want)
		}
	}
	if r.Has(set, issuer+"/", token) || r.Has(set, issuer, token[4:]) || r.Has(set, issuer, "") || r.Has(set, issuer, tokenPrefix) {
		t.Error("another text, or another issuer, opens it")
	}
	for _, name := range []string{"", "a", strings.Repeat("g", nameLength), strings.Repeat("A", nameLength), strings.Repeat("a", nameLength+1), strings.Repeat("a", nameLength-1) + "/"} {
		if ValidName(name) {
			t.Errorf("%q is a name", name)
		}
	}
}

// FuzzHas tries arbitrary texts: none opens a Registration but its token.
func FuzzHas(f *testing.F) {
	set, err := keystest.NewStore(f).Current()
	if err != nil {
		f.Fatal(err)
	}
	const issuer = "https://auth.example.com"
	r := Registration{Name: strings.Repeat("a", nameLength), UID: "u", Generation: 1}
	token := r.Token(set, issuer)
	for _, text := range []string{token, token[:len(token)-1], token + ".", token[len(tokenPrefix):], tokenPrefix + token, tokenPrefix, "", ".", tokenPrefix + "."} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if r.Has(set, issuer, text) != (text == token) {
			t.Errorf("%q opens it: %t", text, text != token)
		}
	})
}

// A request to delete is sent again while the operator is busy: by then the Registration is
// deleted, and still says whose it is.
func TestADeletedRegistrationSaysWhoseItIs(t *testing.T) {
	store := New(storage.Backend{Keys: keystest.NewStore(t), Namespace: "grantor-system"}, "default")
	r := &Registration{Name: strings.Repeat("a", nameLength), Namespace: "apps", Registrant: "ci.registrar", Generation: 1, Client: registered.Client{RegistrantUID: "r"}}
	object, err := store.object(r)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := store.read(object); err != nil || got.Client.RegistrantUID != "r" {
		t.Fatalf("it is read as %+v, %v", got, err)
	}
	object.Spec.State = sessionv1alpha1.RegistrationDeleted
	if got, err := store.read(object); !errors.Is(err, ErrDeleted) || got.Client.RegistrantUID != "r" || got.Registrant != "ci.registrar" {
		t.Errorf("deleted, it is read as %+v, %v", got, err)
	}
	object.Spec.Registrant = "evil.registrar"
	if got, err := store.read(object); !errors.Is(err, ErrDeleted) || got.Client.RegistrantUID != "" {
		t.Errorf("deleted and changed, it is read as %+v, %v", got, err)
	}
	object.Spec.State = sessionv1alpha1.RegistrationRegistered
	if _, err := store.read(object); !errors.Is(err, errVoid) {
		t.Errorf("changed, it is read with %v", err)
	}
}
