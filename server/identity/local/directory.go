package local

import (
	"context"
	"errors"
	"fmt"
	"time"

	"k8s.io/client-go/tools/cache"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/userspec"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/guesses"
	"github.com/grantor-dev/grantor/server/watch"
)

// +kubebuilder:rbac:groups=oauth.grantor.dev,resources=oauthusers,verbs=get;list;watch,namespace=grantor-system

const (
	// indexUsername finds the OAuthUsers that claim a username.
	indexUsername = "username"
	// indexSubject finds the OAuthUsers that claim a subject.
	indexSubject = "subject"
	// indexIdentity finds the OAuthUsers that claim an account at a provider.
	indexIdentity = "identity"
	// indexOwn finds the OAuthUsers who may set a password.
	indexOwn = "own password"
)

// Indexers are the indexes that the copy of OAuthUsers must have.
func Indexers() cache.Indexers {
	by := func(keys func(*oauthv1alpha1.OAuthUser) []string) cache.IndexFunc {
		return func(object any) ([]string, error) {
			user, ok := object.(*oauthv1alpha1.OAuthUser)
			if !ok {
				return nil, fmt.Errorf("index of users: unexpected %T", object)
			}
			return keys(user), nil
		}
	}
	return cache.Indexers{
		indexUsername: by(func(u *oauthv1alpha1.OAuthUser) []string { return []string{u.Spec.Username} }),
		indexSubject:  by(func(u *oauthv1alpha1.OAuthUser) []string { return []string{u.Subject()} }),
		indexIdentity: by(identities),
		indexOwn: by(func(u *oauthv1alpha1.OAuthUser) []string {
			if mayChange(u) {
				return []string{string(u.Spec.PasswordChange)}
			}
			return nil
		}),
	}
}

// Options are what a Directory needs.
type Options struct {
	// OAuthUsers is the local copy of the users next to the server; it has the
	// Indexers.
	OAuthUsers *watch.Copy
	// Passwords is the local copy of the server's password Secret.
	Passwords *watch.Copy
	// Now is the clock. Required.
	Now func() time.Time
	// Denied reports whether OAuthUsers are shut out; nil is never. A user with an identity
	// at a provider that Provider knows is not.
	Denied   func() bool
	Provider func(name string) bool
	// Limits are what failed attempts are counted in; nil for its own.
	Limits *guesses.Limits
	// Hashes is how many passwords are hashed at once; default 1.
	Hashes int
}

// Directory looks users up and authenticates them.
type Directory struct {
	users cache.Indexer
	// denied and provider are those of the Options.
	denied   func() bool
	provider func(name string) bool
	hashes   *hashes
	limits   *guesses.Limits
	queue    *guesses.Queue
	own      Enrollments
}

var _ identity.Source = (*Directory)(nil)

// New returns a directory of what the copies hold. It is to be called before they
// run.
func New(o Options) (*Directory, error) {
	if o.Now == nil {
		return nil, errors.New("directory of users: no clock")
	}
	if o.Denied == nil {
		o.Denied = func() bool { return false }
	}
	if o.Limits == nil {
		o.Limits = guesses.NewLimits(o.Now)
	}
	d := &Directory{
		denied: o.Denied, provider: o.Provider, users: o.OAuthUsers.Objects(), hashes: &hashes{}, limits: o.Limits, queue: guesses.NewQueue(o.Hashes),
	}
	if err := o.Passwords.OnChange(d.hashes.load); err != nil {
		return nil, fmt.Errorf("watch passwords: %w", err)
	}
	return d, nil
}

// Lookup implements identity.Source. It reads local copies only. It knows no links.
func (d *Directory) Lookup(_ context.Context, subject string, link identity.Link) (*identity.Person, error) {
	if link != (identity.Link{}) {
		return nil, nil //nolint:nilnil // that there is no such user is an answer
	}
	return d.find(indexSubject, subject)
}

// byUsername does the same for a username.
func (d *Directory) byUsername(username string) (*identity.Person, error) {
	return d.find(indexUsername, username)
}

func (d *Directory) find(index, value string) (*identity.Person, error) {
	claimants, err := d.claimants(index, value)
	if err != nil {
		return nil, err
	}
	for _, object := range claimants {
		rivals, err := d.rivals(object)
		if err != nil {
			return nil, err
		}
		if object.DeletionTimestamp == nil && userspec.Refuse(object, rivals) == nil && !d.shutOut(object) {
			return newPerson(object), nil
		}
	}
	return nil, nil //nolint:nilnil // that there is no such user is an answer
}

// rivals are all that claim the name, the subject or an identity of a user.
func (d *Directory) rivals(object *oauthv1alpha1.OAuthUser) ([]*oauthv1alpha1.OAuthUser, error) {
	same, err := d.claimants(indexUsername, object.Spec.Username)
	if err != nil {
		return nil, err
	}
	also, err := d.claimants(indexSubject, object.Subject())
	if err != nil {
		return nil, err
	}
	same = append(same, also...)
	for _, key := range identities(object) {
		also, err := d.claimants(indexIdentity, key)
		if err != nil {
			return nil, err
		}
		same = append(same, also...)
	}
	return same, nil
}

func (d *Directory) claimants(index, value string) ([]*oauthv1alpha1.OAuthUser, error) {
	objects, err := d.users.ByIndex(index, value)
	if err != nil {
		return nil, fmt.Errorf("look up user: %w", err)
	}
	out := make([]*oauthv1alpha1.OAuthUser, 0, len(objects))
	for _, object := range objects {
		if user, ok := object.(*oauthv1alpha1.OAuthUser); ok {
			out = append(out, user)
		}
	}
	return out, nil
}
