package ldap

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// TestWhoseFailureItIs: that of a directory which answers nobody, or that of one user.
func TestWhoseFailureItIs(t *testing.T) {
	late, cancel := context.WithCancel(t.Context())
	cancel()
	answer := func(code uint16) error { return ldap.NewError(code, errors.New("no")) }
	for sentence, test := range map[string]struct {
		ctx  context.Context
		what string
		err  error
		away bool
	}{
		"nobody is there":                   {t.Context(), "connect", errors.New("refused"), true},
		"the reader is refused":             {t.Context(), "bind as bindDN", answer(ldap.LDAPResultInvalidCredentials), true},
		"the connection is lost":            {t.Context(), whatSearch, answer(ldap.ErrorNetwork), true},
		"a search has no answer":            {late, whatSearch, answer(ldap.ErrorNetwork), true},
		"the directory is busy":             {t.Context(), whatSearch, answer(ldap.LDAPResultBusy), true},
		"a search takes the directory long": {t.Context(), whatSearch, answer(ldap.LDAPResultTimeLimitExceeded), false},
		"a user has too many groups":        {t.Context(), whatSearch, errTooMany, false},
		"a filter cannot be used":           {t.Context(), whatSearch, answer(ldap.LDAPResultFilterError), false},
		"others have the connections":       {late, whatWait, context.Canceled, false},
	} {
		if err := failure(test.ctx, test.what, test.err); err == nil || errors.Is(err, upstream.ErrAway) != test.away {
			t.Errorf("%s: %v", sentence, err)
		}
	}
	if err := failure(late, whatSearch, nil); err != nil {
		t.Error(err)
	}
}

// TestRechecksHaveConnectionsOfTheirOwn, which those who sign in do not use up.
func TestRechecksHaveConnectionsOfTheirOwn(t *testing.T) {
	d := newDirectory(t)
	for range connections {
		if err := d.pool.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for range forRechecks {
		if err := d.rechecks.pool.enter(t.Context()); err != nil {
			t.Error(err)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if d.rechecks.pool.enter(gone) == nil {
		t.Error("there are more connections than may be")
	}
}

func newDirectory(t *testing.T) *Directory {
	t.Helper()
	p := &oauthv1alpha1.OAuthIdentityProvider{}
	p.Spec.LDAP = &oauthv1alpha1.LDAPProvider{URL: "ldaps://ldap.example.com"}
	p.Spec.LDAP.Users.Base = "dc=example"
	d, err := New(Options{Provider: p, Networks: func() []netip.Prefix { return nil }, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return d
}
