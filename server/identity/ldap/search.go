package ldap

import (
	"context"
	"errors"
	"slices"

	"github.com/go-ldap/ldap/v3"

	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// find returns the one entry of a user, nil if there is none or more than one.
func (d *Directory) find(ctx context.Context, login string) (*ldap.Entry, error) {
	return d.one(ctx, fill(d.users.login, loginPlace, login))
}

// byID returns the entry of a user who may sign in, nil if there is none.
func (d *Directory) byID(ctx context.Context, id string) (*ldap.Entry, error) {
	value, err := idValue(d.spec.Users.ID, id)
	if err != nil {
		return nil, upstream.ErrGone
	}
	filters := []string{"(" + string(d.spec.Users.ID) + "=" + ldap.EscapeFilter(value) + ")", d.users.anyone}
	if d.spec.Users.Active != "" {
		filters = append(filters, d.spec.Users.Active)
	}
	return d.one(ctx, both(filters...))
}

// one searches for one user.
func (d *Directory) one(ctx context.Context, filter string) (*ldap.Entry, error) {
	u := &d.spec.Users
	attributes := append([]string{string(u.ID), string(u.Username), string(u.DisplayName), string(u.Email)}, standing...)
	entries, err := d.search(ctx, u.Base, filter, 2, attributes...)
	if errors.Is(err, errTooMany) {
		return nil, nil //nolint:nilnil // two users are none: nobody can tell which one is meant
	}
	if err != nil || len(entries) != 1 {
		return nil, err
	}
	return entries[0], nil
}

// search returns what a filter finds below an entry, or errTooMany if it finds more than most.
// It does not follow references to other directories.
func (d *Directory) search(ctx context.Context, base, filter string, most int, attributes ...string) (found []*ldap.Entry, err error) {
	slices.Sort(attributes)
	request := &ldap.SearchRequest{
		BaseDN: base, Scope: ldap.ScopeWholeSubtree, DerefAliases: ldap.NeverDerefAliases, Filter: filter, Attributes: slices.Compact(attributes),
		SizeLimit: most, TimeLimit: int(timeout.Seconds()), EnforceSizeLimit: true,
	}
	err = d.pool.with(ctx, func(c *ldap.Conn) error {
		result, err := c.Search(request)
		switch {
		case errors.Is(err, ldap.ErrSizeLimitExceeded), ldap.IsErrorWithCode(err, ldap.LDAPResultSizeLimitExceeded):
			// The rest of the answer would be read for nothing.
			_ = c.Close()
			return errTooMany
		case err != nil:
			return err
		}
		found = result.Entries
		return nil
	})
	return found, err
}
