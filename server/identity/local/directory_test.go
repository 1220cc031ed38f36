package local

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/passwords"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/watch"
)

// The hashes are of alice-password and bob-password.
const (
	aliceHash = "$argon2id$v=19$m=19456,t=2,p=1$lghAb1Liy89jOx23el9xRw$24kFEsjWU1Kjclj/zUVkSIYhyQbz11Mo6cnN+t3HBhY"
	bobHash   = "$2b$08$q4Zq0nq2m6Yl0aQ1o3Xh9ejrRgs2X8yiIT2Gy6xIkjUpaIwtnAKuS"
)

// try is an attempt from an address with which no user signed in before.
func try(username, password string, known ...identity.Known) *identity.Attempt {
	return &identity.Attempt{Username: username, Password: password, Address: netip.MustParseAddr("192.0.2.1"), Known: known}
}

// directory has the users, and alice's and bob's passwords.
func directory(t *testing.T, now *clock, users ...*oauthv1alpha1.OAuthUser) *Directory {
	t.Helper()
	copied, err := watch.New("OAuthUsers", nil, &oauthv1alpha1.OAuthUser{}, Indexers(), now.Now)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := watch.New("the password Secret", nil, &corev1.Secret{}, nil, now.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, user := range users {
		if err := copied.Objects().Add(user); err != nil {
			t.Fatal(err)
		}
	}
	d, err := New(Options{OAuthUsers: copied, Passwords: secret, Now: now.Now, Hashes: 2})
	if err != nil {
		t.Fatal(err)
	}
	d.hashes.load(nil, &corev1.Secret{Data: map[string][]byte{
		"uid-1": entry(t, aliceHash), "uid-2": entry(t, bobHash), "uid-broken": []byte("x"),
	}})
	return d
}

func entry(t *testing.T, text string) []byte {
	t.Helper()
	hash, err := passwords.Parse([]byte(text), "")
	if err != nil {
		t.Fatal(err)
	}
	value, err := hash.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func with(u *oauthv1alpha1.OAuthUser, change func(*oauthv1alpha1.OAuthUser)) *oauthv1alpha1.OAuthUser {
	change(u)
	return u
}

func TestLookup(t *testing.T) {
	disabled := with(full(), func(u *oauthv1alpha1.OAuthUser) { u.Spec.Disabled = true })
	leaving := with(full(), func(u *oauthv1alpha1.OAuthUser) { u.DeletionTimestamp = &metav1.Time{Time: time.Unix(1, 0)} })
	namesake := with(bare(), func(u *oauthv1alpha1.OAuthUser) { u.UID, u.Spec.Username, u.Spec.Subject = "uid-3", "alice", "" })
	impostor := with(bare(), func(u *oauthv1alpha1.OAuthUser) { u.UID, u.Spec.Subject = "uid-3", "uid-1" })
	tests := map[string]struct {
		users   []*oauthv1alpha1.OAuthUser
		subject string
		wanted  string
	}{
		"a user by UID":                           {[]*oauthv1alpha1.OAuthUser{full(), bare()}, "local:uid-1", "alice"},
		"a user by a subject of its own":          {[]*oauthv1alpha1.OAuthUser{full(), bare()}, "local:b", "bob"},
		"the UID of a user with another subject":  {[]*oauthv1alpha1.OAuthUser{bare()}, "local:uid-2", ""},
		"nobody":                                  {nil, "local:uid-1", ""},
		"a subject without prefix":                {[]*oauthv1alpha1.OAuthUser{full()}, "uid-1", ""},
		"a username":                              {[]*oauthv1alpha1.OAuthUser{full()}, "local:alice", ""},
		"a disabled user":                         {[]*oauthv1alpha1.OAuthUser{disabled}, "local:uid-1", ""},
		"a user that is being deleted":            {[]*oauthv1alpha1.OAuthUser{leaving}, "local:uid-1", ""},
		"a younger user of that name":             {[]*oauthv1alpha1.OAuthUser{full(), namesake}, "local:uid-3", ""},
		"the older user of that name":             {[]*oauthv1alpha1.OAuthUser{full(), namesake}, "local:uid-1", "alice"},
		"the older of two with one subject":       {[]*oauthv1alpha1.OAuthUser{impostor, full()}, "local:uid-1", "alice"},
		"the namesake of a user that leaves":      {[]*oauthv1alpha1.OAuthUser{leaving, namesake}, "local:uid-3", "alice"},
		"the namesake of a user that is disabled": {[]*oauthv1alpha1.OAuthUser{disabled, namesake}, "local:uid-3", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			user, err := directory(t, newClock(), test.users...).Lookup(t.Context(), test.subject, identity.Link{})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if user != nil {
				got = user.Username
			}
			if got != test.wanted {
				t.Errorf("found %q", got)
			}
		})
	}
}

func TestAuthenticate(t *testing.T) {
	carol := with(bare(), func(u *oauthv1alpha1.OAuthUser) {
		u.Name, u.UID, u.Spec.Username, u.Spec.Subject = "carol", "uid-3", "carol", ""
	})
	dave := with(full(), func(u *oauthv1alpha1.OAuthUser) {
		u.Name, u.UID, u.Spec.Username, u.Spec.Disabled = "dave", "uid-broken", "dave", true
	})
	tests := map[string]struct{ username, password, wanted string }{
		"alice":                                 {"alice", "alice-password", "alice"},
		"bob":                                   {"bob", "bob-password", "bob"},
		"a wrong password":                      {"alice", "bob-password", ""},
		"no password":                           {"alice", "", ""},
		"somebody unknown with a real password": {"mallory", "alice-password", ""},
		"a user without password, with another's": {"carol", "bob-password", ""},
		"a disabled user":                         {"dave", "alice-password", ""},
		"no username":                             {"", "alice-password", ""},
		"other capitals":                          {"Alice", "alice-password", ""},
		"a username that is too long":             {strings.Repeat("\u00e4", 129), "alice-password", ""},
		"a password that is too long":             {"alice", strings.Repeat("a", 1025), ""},
		"a username that is no text":              {"\xff\xfe\x00", "alice-password", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := directory(t, newClock(), full(), bare(), carol, dave)
			user, err := d.Authenticate(t.Context(), try(test.username, test.password))
			if test.wanted == "" {
				if user != nil || !errors.Is(err, identity.ErrWrong) {
					t.Errorf("%v, %v", user, err)
				}
				return
			}
			if err != nil || user.Person.Username != test.wanted {
				t.Errorf("%v, %v", user, err)
			}
		})
	}
}

// TestARefusedUserDoesNotLogIn, with the right password.
func TestARefusedUserDoesNotLogIn(t *testing.T) {
	d := directory(t, newClock(), with(full(), func(u *oauthv1alpha1.OAuthUser) { u.Spec.Disabled = true }), bare())
	if user, err := d.Authenticate(t.Context(), try("alice", "alice-password")); user != nil || !errors.Is(err, identity.ErrWrong) {
		t.Errorf("%v, %v", user, err)
	}
}

// TestTheRightPasswordIsLimitedToo: else the limit would tell which one is right.
func TestTheRightPasswordIsLimitedToo(t *testing.T) {
	now := newClock()
	d := directory(t, now, full(), bare())
	for range 10 {
		if _, err := d.Authenticate(t.Context(), try("bob", "wrong")); !errors.Is(err, identity.ErrWrong) {
			t.Fatal(err)
		}
	}
	_, err := d.Authenticate(t.Context(), try("bob", "bob-password"))
	if many, ok := errors.AsType[*identity.TooManyError](err); !ok || many.RetryAfter != 5*time.Minute {
		t.Fatalf("%v", err)
	}
	now.forward(5 * time.Minute)
	if _, err := d.Authenticate(t.Context(), try("bob", "bob-password")); err != nil {
		t.Errorf("after 5 minutes: %v", err)
	}
}

// TestUnknownUsersCostAsMuchAsKnownOnes: each attempt computes one hash, of a cost that
// some user has, and always the same one for the same name.
func TestUnknownUsersCostAsMuchAsKnownOnes(t *testing.T) {
	d := directory(t, newClock(), full(), bare())
	alice, _ := d.byUsername("alice")
	if hash, own := d.hashes.pick(alice, "alice"); !own || hash.Text() != aliceHash {
		t.Error("alice is not compared with her own hash")
	}
	seen := map[string]bool{}
	for username := range strings.SplitSeq("a b c d e f g h i j k l m n o p q r s t u v w x y z", " ") {
		hash, own := d.hashes.pick(nil, username)
		if again, _ := d.hashes.pick(nil, username); own || hash.Text() == "" || again.Text() != hash.Text() {
			t.Fatalf("%s is compared with %s, own %v", username, hash, own)
		}
		seen[hash.Text()] = true
	}
	if len(seen) != 2 {
		t.Errorf("other browsers are compared with %d hashes", len(seen))
	}
}

func TestASecretThatIsGoneChangesNothing(t *testing.T) {
	d := directory(t, newClock(), full(), bare())
	d.hashes.load(&corev1.Secret{}, nil)
	if _, err := d.Authenticate(t.Context(), try("bob", "bob-password")); err != nil {
		t.Error(err)
	}
	d.hashes.load(nil, &corev1.Secret{})
	if _, err := d.Authenticate(t.Context(), try("bob", "bob-password")); !errors.Is(err, identity.ErrWrong) {
		t.Errorf("after the Secret was emptied: %v", err)
	}
}

// TestWhatWasNotTriedIsNotCounted: being sent away by the queue costs no attempt.
func TestWhatWasNotTriedIsNotCounted(t *testing.T) {
	d := directory(t, newClock(), full(), bare())
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	inside, release := make(chan struct{}), make(chan struct{})
	var work sync.WaitGroup
	for range 2 {
		work.Go(func() {
			if err := d.queue.Do(t.Context(), d.queue.Lane(true), func() { inside <- struct{}{}; <-release }); err != nil {
				t.Error(err)
			}
		})
		<-inside
	}
	for range 100 {
		if _, err := d.Authenticate(ended, try("bob", "bob-password")); !errors.Is(err, identity.ErrBusy) {
			t.Fatal(err)
		}
	}
	close(release)
	work.Wait()
	if _, err := d.Authenticate(t.Context(), try("bob", "bob-password")); err != nil {
		t.Error(err)
	}
}

// TestAKnownBrowser: what makes it one shows in whether a stranger who polls the name can shut
// it out.
func TestAKnownBrowser(t *testing.T) {
	now := newClock()
	signedIn := now.Now()
	signIn := func(d *Directory) identity.Known {
		t.Helper()
		who, err := d.Authenticate(t.Context(), try("bob", "bob-password"))
		if err != nil {
			t.Fatal(err)
		}
		return identity.Known{Browser: "b", UserUID: who.Person.UID, Credential: who.Credential, SignedInAt: signedIn.UnixMilli()}
	}
	ended := with(bare(), func(u *oauthv1alpha1.OAuthUser) {
		u.Spec.SessionsNotBefore = &metav1.Time{Time: signedIn.Add(time.Second)}
	})
	another := with(bare(), func(u *oauthv1alpha1.OAuthUser) { u.UID = "uid-1" })
	before := signIn(directory(t, now, bare()))
	for name, test := range map[string]struct {
		user  *oauthv1alpha1.OAuthUser
		known []identity.Known
		hash  string
		works bool
	}{
		"it signed in before":                   {bare(), []identity.Known{before}, bobHash, true},
		"among others":                          {bare(), []identity.Known{{Browser: "a", UserUID: "uid-1"}, before}, bobHash, true},
		"no user signed in before":              {bare(), nil, bobHash, false},
		"the password was changed":              {bare(), []identity.Known{before}, aliceHash, false},
		"the user's sessions were ended":        {ended, []identity.Known{before}, bobHash, false},
		"another user had the name at the time": {another, []identity.Known{before}, bobHash, false},
	} {
		t.Run(name, func(t *testing.T) {
			// A Directory is a replica: it has not seen the browser before.
			d := directory(t, now, test.user)
			d.hashes.load(nil, &corev1.Secret{Data: map[string][]byte{"uid-1": entry(t, test.hash), "uid-2": entry(t, test.hash)}})
			password := map[string]string{aliceHash: "alice-password", bobHash: "bob-password"}[test.hash]
			for range 20 {
				if _, err := d.Authenticate(t.Context(), try("bob", "wrong")); err == nil {
					t.Fatal("a wrong password is right")
				}
			}
			if _, err := d.Authenticate(t.Context(), try("bob", password, test.known...)); (err == nil) != test.works {
				t.Errorf("the right password: %v", err)
			}
		})
	}
}

func TestHonours(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	u := newPerson(with(full(), func(u *oauthv1alpha1.OAuthUser) { u.Spec.SessionsNotBefore = &metav1.Time{Time: at} }))
	tests := map[string]struct {
		uid    string
		issued time.Time
		wanted bool
	}{
		"later":                 {"uid-1", at.Add(1), true},
		"at that time":          {"uid-1", at, true},
		"before":                {"uid-1", at.Add(-1), false},
		"for a predecessor":     {"uid-0", at.Add(1), false},
		"for nobody in advance": {"", at.Add(1), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := u.Honours(test.uid, test.issued); got != test.wanted {
				t.Error(got)
			}
		})
	}
}
