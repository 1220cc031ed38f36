package logins

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

// +kubebuilder:rbac:groups=session.grantor.dev,resources=logins,verbs=get;list;create;update,namespace=grantor-system

// Store keeps Logins.
type Store struct {
	objects storage.Sealed[sessionv1alpha1.Login, *sessionv1alpha1.Login]
	room    func(subject string) error
}

// New returns the store of a server. room takes room for one more Login of a user.
func New(b storage.Backend, room func(subject string) error) *Store {
	return &Store{storage.NewSealed(b, "Login", keys.PurposeLogin, linkedVersion, parts), room}
}

// Find reads a Login that is valid. It returns nil if there is none of the name, or it
// has ended, or is not what this server wrote.
func (s *Store) Find(ctx context.Context, name string, now time.Time) (*Login, error) {
	object, err := s.objects.Get(ctx, name)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil //nolint:nilnil // that no user is signed in is an answer
	}
	if err != nil {
		return nil, err
	}
	l, err := s.login(object)
	if errors.Is(err, storage.ErrVoid) || err == nil && !l.Alive(now) {
		return nil, nil //nolint:nilnil // that no user is signed in is an answer
	}
	return l, err
}

// SignIn stores that a user signed in. old is the Login of the browser, or nil; if it is
// that of the same user it goes on, so that what ends with it lives. It returns what says
// that there is no room for another one as it is.
func (s *Store) SignIn(ctx context.Context, old *Login, who *identity.Authentication, lifetime time.Duration, now time.Time) (*Login, error) {
	now = now.Truncate(time.Millisecond).UTC()
	l := &Login{
		Name: storage.NewName(), Subject: who.Person.Subject, UserUID: who.Person.UID, Evidence: who.Evidence, Agent: who.Agent,
		AuthTime: now, StartedAt: now, ExpiresAt: storage.Seconds(now.Add(lifetime)),
	}
	if old != nil && old.Subject == l.Subject && old.UserUID == l.UserUID {
		again := *l
		again.Name, again.StartedAt, again.Generation, again.version = old.Name, old.StartedAt, old.Generation+1, old.version
		err := s.write(ctx, &again, s.objects.Update)
		if !errors.Is(err, storage.ErrConflict) && !errors.Is(err, storage.ErrNotFound) {
			return &again, err
		}
	}
	if err := s.room(l.Subject); err != nil {
		return nil, err
	}
	err := s.write(ctx, l, s.objects.Create)
	if errors.Is(err, storage.ErrExists) {
		// The name is random, so it is ours: the answer to the first try was lost.
		err = nil
	}
	return l, err
}

// StepUp stores that the user of a Login gave a second factor, too. When the user signed in
// stays as it is: a password was not given again.
func (s *Store) StepUp(ctx context.Context, old *Login, evidence identity.Evidence) (*Login, error) {
	l := *old
	l.Evidence, l.Generation = evidence, old.Generation+1
	return &l, s.write(ctx, &l, s.objects.Update)
}

// Renew makes the cookies of a Login so far count no more. Nothing else of it changes.
func (s *Store) Renew(ctx context.Context, old *Login) (*Login, error) {
	return s.StepUp(ctx, old, old.Evidence)
}

func (s *Store) write(ctx context.Context, l *Login, write func(context.Context, *sessionv1alpha1.Login) error) error {
	object, err := s.object(l)
	if err != nil {
		return err
	}
	return write(ctx, object)
}

// End signs a browser out. It returns nil if it is signed out already.
func (s *Store) End(ctx context.Context, name string) error {
	err := s.objects.Change(ctx, name, func(object *sessionv1alpha1.Login) bool {
		ended := object.Spec.State == sessionv1alpha1.LoginEnded
		object.Spec.State = sessionv1alpha1.LoginEnded
		return !ended
	})
	if err != nil {
		return fmt.Errorf("end login: %w", err)
	}
	return nil
}

// Of returns the Logins of a user that are valid.
func (s *Store) Of(ctx context.Context, subject string, now time.Time) ([]*Login, error) {
	return storage.Of(ctx, &s.objects, subject, s.login, func(l *Login) bool { return l.Subject == subject && l.Alive(now) })
}

// OfSession returns the Logins that are valid of a session at an identity provider.
func (s *Store) OfSession(ctx context.Context, source, session string, now time.Time) ([]*Login, error) {
	names, err := s.sessionNames(source, session)
	if err != nil {
		return nil, err
	}
	var out []*Login
	err = s.objects.Each(ctx, sessionv1alpha1.LabelUpstreamSession, names, func(object *sessionv1alpha1.Login) {
		if l, err := s.login(object); err == nil && l.Source == source && l.Session == session && l.Alive(now) {
			out = append(out, l)
		}
	})
	return out, err
}

// sessionNames returns the labels of the Logins of a session at an identity provider.
func (s *Store) sessionNames(source, session string) ([]string, error) {
	set, err := s.objects.Keys.Current()
	if err != nil {
		return nil, err
	}
	return set.Names(keys.PurposeUpstreamSession, source+"\x00"+session), nil
}

// Cookie returns the value of the cookie that names a Login and its generation.
func (s *Store) Cookie(l *Login) (string, error) {
	set, err := s.objects.Keys.Current()
	if err != nil {
		return "", err
	}
	text := l.Name + " " + strconv.FormatInt(l.Generation, 10)
	return set.Seal(keys.PurposeLoginCookie, s.objects.Issuer(), []byte(text)), nil
}

// Named returns the Login that a cookie names if it is valid, else nil.
func (s *Store) Named(ctx context.Context, cookie string, now time.Time) (*Login, error) {
	name, generation, err := s.opened(cookie)
	if err != nil || name == "" {
		return nil, err
	}
	l, err := s.Find(ctx, name, now)
	if err != nil || l == nil || l.Generation != generation {
		return nil, err
	}
	return l, nil
}

// opened returns what a cookie says, and no name if it is not one.
func (s *Store) opened(cookie string) (name string, generation int64, err error) {
	set, err := s.objects.Keys.Current()
	if err != nil {
		return "", 0, err
	}
	text, err := set.Open(keys.PurposeLoginCookie, s.objects.Issuer(), cookie)
	if err != nil {
		return "", 0, nil //nolint:nilerr // a cookie that is not ours names no Login
	}
	name, number, _ := strings.Cut(string(text), " ")
	generation, err = strconv.ParseInt(number, 10, 64)
	if err != nil || !storage.ValidName(name) {
		return "", 0, nil //nolint:nilerr // as above
	}
	return name, generation, nil
}
