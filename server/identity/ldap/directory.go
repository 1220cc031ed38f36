package ldap

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/go-ldap/ldap/v3"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// timeout bounds a sign-in, and a search of a recheck from when it has a connection. whole
// bounds a recheck.
const (
	timeout = 5 * time.Second
	whole   = 10 * time.Second
)

// Options are what a Directory needs.
type Options struct {
	// Provider describes the directory in spec.ldap. Required.
	Provider *oauthv1alpha1.OAuthIdentityProvider
	// Secret is the password of spec.ldap.bindDN, empty without one.
	Secret string
	// Networks returns those that may be connected to besides public addresses. Required.
	Networks func() []netip.Prefix
	// Roots are the authorities that are trusted; nil is the system's.
	Roots *x509.CertPool
	// Now is the clock. Required.
	Now func() time.Time
}

// Directory is a directory.
type Directory struct {
	spec  oauthv1alpha1.LDAPProvider
	users templates
	now   func() time.Time
	pool  *pool
	// rechecks is the Directory that asks again, with connections of its own.
	rechecks *Directory
}

var _ upstream.Password = (*Directory)(nil)

// New returns the directory that a provider describes. It connects to nothing.
func New(o Options) (*Directory, error) {
	if o.Provider == nil || o.Provider.Spec.LDAP == nil || o.Networks == nil || o.Now == nil {
		return nil, errors.New("directory: an option is missing")
	}
	spec := withDefaults(*o.Provider.Spec.LDAP)
	users, err := parseTemplates(&spec)
	if err != nil {
		return nil, err
	}
	to, err := parseTarget(&spec, o)
	if err != nil {
		return nil, err
	}
	d := Directory{spec: spec, users: users, now: o.Now, pool: newPool(to, connections)}
	rechecks := d
	rechecks.pool = newPool(to, forRechecks)
	d.rechecks = &rechecks
	return &d, nil
}

// Authenticate implements upstream.Password. If nobody is found, it still binds, so that it
// takes the same time.
func (d *Directory) Authenticate(ctx context.Context, username, password string, guess func(id string) error) (upstream.Account, error) {
	if username == "" || password == "" {
		// An empty password would be an unauthenticated bind, which succeeds (RFC 4513
		// section 5.1.2).
		return upstream.Account{}, upstream.ErrWrong
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	found, err := d.find(ctx, username)
	if err != nil {
		return upstream.Account{}, err
	}
	if found == nil {
		return upstream.Account{}, d.refuse(ctx, password)
	}
	id, err := idOf(found, d.spec.Users.ID)
	if err != nil {
		return upstream.Account{}, err
	}
	if err := guess(id); errors.Is(err, upstream.ErrWrong) {
		return upstream.Account{}, d.refuse(ctx, password)
	} else if err != nil {
		return upstream.Account{}, err
	}
	if err := d.pool.tryPassword(ctx, found.DN, password); err != nil {
		return upstream.Account{}, err
	}
	// Read again what the bind may have changed, such as the end of a lock.
	account, err := d.current(ctx, id)
	account.AMR = []string{"pwd"}
	if err != nil {
		return upstream.Account{}, err
	}
	return account, nil
}

// refuse takes as long as comparing a password, without comparing one.
func (d *Directory) refuse(ctx context.Context, password string) error {
	err := d.pool.tryPassword(ctx, d.nobody(), password)
	if err == nil {
		// It would be an entry whose name nobody knew.
		err = upstream.ErrWrong
	}
	return err
}

// Again implements upstream.Connector. It needs no password.
func (d *Directory) Again(ctx context.Context, known upstream.Account) (upstream.Account, error) {
	ctx, cancel := context.WithTimeout(ctx, whole)
	defer cancel()
	account, err := d.rechecks.current(ctx, known.ID)
	if err != nil {
		return upstream.Account{}, err
	}
	account.AMR = known.AMR
	return account, nil
}

// current returns an account and its groups as they are now, or upstream.ErrGone.
func (d *Directory) current(ctx context.Context, id string) (upstream.Account, error) {
	found, err := d.byID(ctx, id)
	if err != nil {
		return upstream.Account{}, err
	}
	if found == nil {
		return upstream.Account{}, upstream.ErrGone
	}
	if out, err := shutOut(found, d.now()); err != nil {
		return upstream.Account{}, err
	} else if out {
		return upstream.Account{}, upstream.ErrGone
	}
	account, err := d.account(found)
	if err != nil {
		return upstream.Account{}, err
	}
	if account.ID != id {
		return upstream.Account{}, upstream.ErrGone
	}
	if account.Groups, err = d.groups(ctx, found.DN, account.Username); err != nil {
		return upstream.Account{}, err
	}
	return account, nil
}

// nobody returns the name of an entry that does not exist.
func (d *Directory) nobody() string {
	return fmt.Sprintf("cn=%s,%s", ldap.EscapeDN(rand.Text()), d.spec.Users.Base)
}
