package secondfactor

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/identity/factors/totp"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
	"github.com/grantor-dev/grantor/server/ui"
)

// memory is a factors.Store of one user.
type memory struct{ content enrollments.Content }

func (m *memory) Find(_ context.Context, of enrollments.Owner) (*enrollments.Enrollment, error) {
	return &enrollments.Enrollment{Owner: of, Content: m.content}, nil
}

func (*memory) Reserve(*enrollments.Enrollment) error { return nil }

func (m *memory) Write(_ context.Context, e *enrollments.Enrollment) error {
	m.content = e.Content
	return nil
}

// visit is a Browser.
type visit struct {
	known []identity.Known
	ended []string
}

func (v *visit) Known() []identity.Known { return v.known }

func (v *visit) EndOthers(_ context.Context, subject string) error {
	v.ended = append(v.ended, subject)
	return nil
}

// newUser returns Ada, who has just given her password and has no factor, at a Service whose time
// is that of a clock. Its issuer has no name, so that browsers have no passkeys for it.
func newUser(t testing.TB, clock *time.Time) (*Service, *User) {
	t.Helper()
	now := func() time.Time { return *clock }
	given := factors.New(factors.Options{Enrollments: &memory{}, Issuer: func() string { return "https://192.0.2.1" }, Now: now})
	ada := &identity.Person{Subject: "local:ada", UID: "ada", Username: "ada", DisplayName: "Ada"}
	enrolled, err := given.Find(t.Context(), ada)
	if err != nil {
		t.Fatal(err)
	}
	return New(given, now), &User{
		Half: &Half{Subject: ada.Subject, UserUID: ada.UID, Credential: "hash", At: clock.UnixMilli()}, Person: ada, Enrolled: enrolled,
	}
}

// asked returns the page of a user, to whom it brings the Half back.
func asked(t testing.TB, s *Service, u *User) ui.Page {
	t.Helper()
	page, err := s.Page(u, &Frame{Action: "/login/factor", CancelURI: "/login", Problem: "A problem.", Hidden: func(h *Half) ([]ui.Field, error) {
		u.Half = h
		return []ui.Field{{Name: "flow", Value: "sealed"}}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// TestAnAppIsAddedAndAskedFor: the first factor ends what the user began elsewhere with the
// password alone, and is asked for from then on.
func TestAnAppIsAddedAndAskedFor(t *testing.T) {
	now := noon
	s, u := newUser(t, &now)
	at := &visit{}
	page, ok := asked(t, s, u).(ui.Enroll)
	if !ok || !page.Required || page.Secret != totp.Text(u.Half.Secret) || page.Passkey != "" || page.Action != "/login/factor" ||
		page.CancelURI != "/login" || page.Problem != "A problem." || len(page.Hidden) != 1 || page.Username != "ada" {
		t.Fatalf("who has no factor gets %+v", page)
	}
	secret := u.Half.Secret
	asked(t, s, u)
	if !slices.Equal(u.Half.Secret, secret) {
		t.Error("the page that is shown again has another secret")
	}
	if _, err := s.Give(t.Context(), u, at, url.Values{"code": {"wrong"}}); !errors.Is(err, identity.ErrWrong) || len(at.ended) > 0 {
		t.Fatalf("a wrong code: %v, the logins of %v end", err, at.ended)
	}
	code := func() url.Values { return url.Values{"code": {totp.Code(secret, totp.Step(now))}} }
	given, err := s.Give(t.Context(), u, at, code())
	if err != nil || !given.Added || len(given.Codes) == 0 || !slices.Equal(given.Methods, []string{identity.MethodOTP}) || !slices.Equal(at.ended, []string{"local:ada"}) {
		t.Fatalf("the first code: %+v, %v, the logins of %v end", given, err, at.ended)
	}
	now = now.Add(time.Minute)
	factor, ok := asked(t, s, u).(ui.Factor)
	if !ok || !factor.App || !factor.Recovery || factor.Passkey != "" || u.Half.Secret != nil {
		t.Fatalf("who has an app gets %+v", factor)
	}
	given, err = s.Give(t.Context(), u, at, code())
	if err != nil || given.Added || len(given.Codes) > 0 || !slices.Equal(given.Methods, []string{identity.MethodOTP}) || len(at.ended) != 1 {
		t.Fatalf("a code: %+v, %v, the logins of %v end", given, err, at.ended)
	}
}

// TestAnswersBesideOnePassword: what cannot be guessed is bounded, too, and only beside the same
// password.
func TestAnswersBesideOnePassword(t *testing.T) {
	now := noon
	s, u := newUser(t, &now)
	u.Enrolled.TOTP = &enrollments.TOTP{Secret: totp.NewSecret()}
	answer := func() error {
		_, err := s.Give(t.Context(), u, &visit{}, url.Values{"passkey": {"{}"}})
		return err
	}
	for n := range perPassword.Burst {
		if err := answer(); !errors.Is(err, identity.ErrWrong) {
			t.Fatalf("answer %d: %v", n, err)
		}
	}
	if _, many := errors.AsType[*identity.TooManyError](answer()); !many {
		t.Error("answers beside one password have no bound")
	}
	u.Half = &Half{Subject: u.Half.Subject, At: u.Half.At + 1}
	if err := answer(); !errors.Is(err, identity.ErrWrong) {
		t.Errorf("beside the next password: %v", err)
	}
}

func TestBrowserOfTheUser(t *testing.T) {
	known := identity.Known{Browser: "browser", UserUID: "ada", Credential: "hash", FactorAt: 200}
	for sentence, test := range map[string]struct {
		half  Half
		since int64
		want  string
	}{
		"one in which the factor was given":     {Half{UserUID: "ada", Credential: "hash"}, 100, "browser"},
		"of another user":                       {Half{UserUID: "bob", Credential: "hash"}, 100, ""},
		"before the password was changed":       {Half{UserUID: "ada", Credential: "new"}, 100, ""},
		"in which the user is signed in":        {Half{UserUID: "ada", Login: "login"}, 100, "browser"},
		"before the factors were reset":         {Half{UserUID: "ada", Credential: "hash"}, 200, ""},
		"of a user who never had a factor here": {Half{UserUID: "ada", Credential: "hash"}, 0, ""},
	} {
		u := &User{Half: &test.half, Enrolled: &enrollments.Enrollment{Content: enrollments.Content{Since: test.since}}}
		if got := browser(u, []identity.Known{known}); got != test.want {
			t.Errorf("%s: %q", sentence, got)
		}
	}
}
