package local

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
)

// shelf has Enrollments, and counts who asks for which.
type shelf struct {
	of    map[string]*enrollments.Enrollment
	asked []string
	fails error
}

func (s *shelf) FindEvenly(_ context.Context, of enrollments.Owner) (*enrollments.Enrollment, error) {
	s.asked = append(s.asked, of.Subject)
	if s.fails != nil {
		return nil, s.fails
	}
	if e := s.of[of.UserUID]; e != nil {
		return e, nil
	}
	return &enrollments.Enrollment{Owner: of}, nil
}

func allowed(u *oauthv1alpha1.OAuthUser) { u.Spec.PasswordChange = oauthv1alpha1.PasswordChangeAllow }

// owning is a directory whose users can have passwords of their own.
func owning(t *testing.T, users ...*oauthv1alpha1.OAuthUser) (*Directory, *shelf) {
	t.Helper()
	d, s := directory(t, newClock(), users...), &shelf{of: map[string]*enrollments.Enrollment{}}
	d.KeepIn(s)
	return d, s
}

// set lets a user set a password who gives the present one.
func set(t *testing.T, d *Directory, s *shelf, username, present, next string) (credential string) {
	t.Helper()
	person, err := d.byUsername(username)
	if err != nil || person == nil {
		t.Fatal(person, err)
	}
	made, err := d.NewPassword(t.Context(), person, try(username, present), next, newClock().Now())
	if err != nil {
		t.Fatal(err)
	}
	e := *made.Enrolled
	e.Password = made.Password
	s.of[person.UID] = &e
	return made.Credential
}

func TestOwnPassword(t *testing.T) {
	for name, uid := range map[string]string{"alice": "uid-1", "bob": "uid-2"} {
		d, s := owning(t, with(full(), allowed), with(bare(), allowed))
		first := set(t, d, s, name, name+"-password", "own-password")
		second := set(t, d, s, name, "own-password", strings.Repeat("next", 256))
		if first == second {
			t.Error("two passwords have one credential")
		}
		person, _ := d.byUsername(name)
		for password, want := range map[string]error{strings.Repeat("next", 256): nil, "own-password": identity.ErrWrong, name + "-password": identity.ErrWrong} {
			who, err := d.Authenticate(t.Context(), try(name, password))
			if !errors.Is(err, want) {
				t.Errorf("%s with %.20s: %v", name, password, err)
			}
			if err == nil && (who.Credential != second || !d.Current(person, s.of[uid], second) || d.Current(person, s.of[uid], first)) {
				t.Errorf("%s: the credential is %s", name, who.Credential)
			}
		}
		// The administrator sets another hash.
		d.hashes.load(nil, &corev1.Secret{Data: map[string][]byte{uid: entry(t, otherHash[name])}})
		for password, want := range map[string]error{strings.Repeat("next", 256): identity.ErrWrong, otherPassword[name]: nil} {
			if _, err := d.Authenticate(t.Context(), try(name, password)); !errors.Is(err, want) {
				t.Errorf("%s with %.20s and another hash: %v", name, password, err)
			}
		}
		if d.Current(person, s.of[uid], second) {
			t.Error("the credential of a void password is current")
		}
	}
}

// Each has the other one's.
var (
	otherHash     = map[string]string{"alice": bobHash, "bob": aliceHash}
	otherPassword = map[string]string{"alice": "bob-password", "bob": "alice-password"}
)

func TestDenyVoidsAnOwnPassword(t *testing.T) {
	// bob keeps the server reading.
	d, s := owning(t, with(full(), allowed), with(bare(), allowed))
	set(t, d, s, "alice", "alice-password", "own-password")
	if err := d.users.Update(full()); err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]error{"own-password": identity.ErrWrong, "alice-password": nil} {
		if _, err := d.Authenticate(t.Context(), try("alice", password)); !errors.Is(err, want) {
			t.Errorf("%s: %v", password, err)
		}
	}
	person, _ := d.byUsername("alice")
	if _, err := d.NewPassword(t.Context(), person, try("alice", "alice-password"), "battery staple", time.Now()); !errors.Is(err, factors.ErrNoPassword) || d.MayChange(person) {
		t.Errorf("who may not sets a password: %v", err)
	}
}

// Every name costs one read once somebody may have a password, and none before.
func TestEveryNameCostsTheSameReads(t *testing.T) {
	names := []string{"alice", "bob", "nobody", "x:y", "\u5fdc"}
	for _, some := range []bool{false, true} {
		d, s := owning(t, full(), bare())
		if some {
			if err := d.users.Update(with(full(), allowed)); err != nil {
				t.Fatal(err)
			}
			set(t, d, s, "alice", "alice-password", "own-password")
		}
		for _, name := range names {
			for _, password := range []string{"wrong", name + "-password", "own-password"} {
				s.asked = nil
				_, _ = d.Authenticate(t.Context(), try(name, password))
				if want := map[bool]int{true: 1}[some]; len(s.asked) != want {
					t.Errorf("somebody may: %t: %s costs %q", some, name, s.asked)
				}
			}
		}
	}
}

// The API server is not asked for what is refused for having been tried too often.
func TestReadsAreLimited(t *testing.T) {
	d, s := owning(t, with(full(), allowed))
	for range 100 {
		_, _ = d.Authenticate(t.Context(), try("alice", "wrong"))
	}
	if len(s.asked) > 10 {
		t.Errorf("%d reads", len(s.asked))
	}
}

func TestReadsThatFail(t *testing.T) {
	d, s := owning(t, with(full(), allowed), bare())
	s.fails = errors.New("the API server is away")
	for range 100 {
		for _, name := range []string{"alice", "bob", "nobody"} {
			if _, err := d.Authenticate(t.Context(), try(name, name+"-password")); !errors.Is(err, s.fails) {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	s.fails = storage.ErrVoid
	for _, attempt := range []struct {
		name, password string
		want           error
	}{
		{"alice", "alice-password", factors.ErrVoid},
		{"alice", "wrong", identity.ErrWrong},
		{"bob", "bob-password", nil},
		{"nobody", "wrong", identity.ErrWrong},
	} {
		if _, err := d.Authenticate(t.Context(), try(attempt.name, attempt.password)); !errors.Is(err, attempt.want) {
			t.Errorf("%s with %s: %v", attempt.name, attempt.password, err)
		}
	}
}

// A browser that knows a former password is none that is known.
func TestBrowsersOfAFormerPassword(t *testing.T) {
	d, s := owning(t, with(full(), allowed))
	before, err := d.Authenticate(t.Context(), try("alice", "alice-password"))
	if err != nil {
		t.Fatal(err)
	}
	after := set(t, d, s, "alice", "alice-password", "own-password")
	known := func(credential string) identity.Known {
		return identity.Known{Browser: "b" + credential, UserUID: "uid-1", Credential: credential, SignedInAt: newClock().Now().UnixMilli()}
	}
	// Strangers use up what they have.
	for range 100 {
		_, _ = d.Authenticate(t.Context(), try("alice", "wrong"))
	}
	many := func(err error) bool {
		_, is := errors.AsType[*identity.TooManyError](err)
		return is
	}
	if _, err := d.Authenticate(t.Context(), try("alice", "own-password", known(before.Credential))); !many(err) {
		t.Errorf("a browser of the former password: %v", err)
	}
	if _, err := d.Authenticate(t.Context(), try("alice", "own-password", known(after))); err != nil {
		t.Errorf("a browser of the present password: %v", err)
	}
	for n := range 2 {
		lane := d.queue.Lane(n == 0)
		leave, err := lane.Place("alice")
		if err != nil {
			t.Errorf("a place was not left: %v", err)
			continue
		}
		leave()
	}
}

func TestWhoMaySetAPassword(t *testing.T) {
	carol := with(bare(), func(u *oauthv1alpha1.OAuthUser) {
		u.Name, u.UID, u.Spec.Username, u.Spec.Subject = "carol", "uid-3", "carol", "c"
		allowed(u)
	})
	d, _ := owning(t, with(full(), allowed), bare(), carol)
	denied := false
	d.denied = func() bool { return denied }
	for _, denied = range []bool{false, true} {
		for name, may := range map[string]bool{"alice": !denied, "bob": false, "carol": false} {
			person, _ := d.Lookup(t.Context(), map[string]string{"alice": "local:uid-1", "bob": "local:b", "carol": "local:c"}[name], identity.Link{})
			if person == nil {
				continue
			}
			if d.MayChange(person) != may {
				t.Errorf("denied %t: %s may: %t", denied, name, !may)
			}
		}
	}
	if d.MayChange(&identity.Person{Subject: "corp:1", Username: "corp:ada"}) {
		t.Error("a user of a provider may")
	}
	// Another user who has the name by now.
	denied = false
	if _, err := d.NewPassword(t.Context(), &identity.Person{UID: "uid-1", Username: "alice", OwnPassword: true}, try("bob", "bob-password"), "battery staple", time.Now()); !errors.Is(err, factors.ErrNoPassword) {
		t.Errorf("the password of another user: %v", err)
	}
	alice, _ := d.byUsername("alice")
	for _, password := range []string{"", "wrong", strings.Repeat("a", 1025)} {
		if _, err := d.NewPassword(t.Context(), alice, try("alice", password), "battery staple", time.Now()); !errors.Is(err, identity.ErrWrong) {
			t.Errorf("%.10q: %v", password, err)
		}
	}
}

// What was given before the password was changed does not stand for it after that.
func TestStill(t *testing.T) {
	d, s := owning(t, with(full(), allowed), bare())
	former, err := d.Authenticate(t.Context(), try("alice", "alice-password"))
	if err != nil {
		t.Fatal(err)
	}
	still := func(who *identity.Person, credential string) bool {
		t.Helper()
		still, err := d.Still(t.Context(), who, credential)
		if err != nil {
			t.Fatal(err)
		}
		return still
	}
	if !still(former.Person, former.Credential) {
		t.Error("the present password does not")
	}
	own := set(t, d, s, "alice", "alice-password", "own-password")
	if still(former.Person, former.Credential) || !still(former.Person, own) {
		t.Error("the former password does, or the present one does not")
	}
	s.asked = nil
	bob, err := d.Authenticate(t.Context(), try("bob", "bob-password"))
	if err != nil || !still(bob.Person, bob.Credential) || len(s.asked) != 1 {
		t.Errorf("who may set none: %v, %q", err, s.asked)
	}
	for fails, want := range map[error]error{storage.ErrVoid: factors.ErrVoid, context.DeadlineExceeded: context.DeadlineExceeded} {
		s.fails = fails
		if still, err := d.Still(t.Context(), former.Person, own); still || !errors.Is(err, want) {
			t.Errorf("%v: %t, %v", fails, still, err)
		}
	}
	s.fails = nil
	d.denied = func() bool { return true }
	if still(former.Person, own) || d.Current(former.Person, s.of["uid-1"], own) {
		t.Error("it does while passwords are shut out")
	}
}
