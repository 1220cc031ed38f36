package directories

import (
	"errors"
	"strconv"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/upstream"
	"github.com/grantor-dev/grantor/test/slapd"
)

// TestConnectorSeesWhoIsShutOut at sign-in with the right password, and later.
func TestConnectorSeesWhoIsShutOut(t *testing.T) {
	d := slapd.Start(t)
	d.Set(t, bert, "objectClass", "inetOrgPerson", "directoryAccount")
	c := connector(t, d, func(p *oauthv1alpha1.LDAPProvider) {
		p.Users.Active = "(!(employeeType=left))"
		p.Users.Filter = "(&(|(uid={login})(mail={login}))(!(title=guest)))"
	})
	known := signIn(t, c, "bert")
	if byMail, err := c.Authenticate(t.Context(), "bert@example.com", "bert-password", free); err != nil || byMail.ID != known.ID {
		t.Errorf("by e-mail address: %+v, %v", byMail, err)
	}
	windows := func(at time.Time) string {
		return strconv.FormatInt(at.UnixNano()/100+116444736000000000, 10)
	}
	for sentence, test := range map[string]struct {
		attribute, value string
		atSignIn, later  error
	}{
		"disabled in Active Directory":      {"userAccountControl", "514", upstream.ErrGone, upstream.ErrGone},
		"enabled in Active Directory":       {"userAccountControl", "512", nil, nil},
		"expired in Active Directory":       {"accountExpires", windows(time.Now().Add(-time.Hour)), upstream.ErrGone, upstream.ErrGone},
		"not yet expired":                   {"accountExpires", windows(time.Now().Add(time.Hour)), nil, nil},
		"never expires":                     {"accountExpires", "9223372036854775807", nil, nil},
		"never expires, either":             {"accountExpires", "0", nil, nil},
		"disabled in 389 Directory Server":  {"nsAccountLock", "TRUE", upstream.ErrGone, upstream.ErrGone},
		"enabled in 389 Directory Server":   {"nsAccountLock", "false", nil, nil},
		"locked by the administrator":       {"pwdAccountLockedTime", "000001010000Z", upstream.ErrGone, upstream.ErrGone},
		"not what ldap.users.active finds":  {"employeeType", "left", upstream.ErrGone, upstream.ErrGone},
		"what ldap.users.active finds":      {"employeeType", "staff", nil, nil},
		"not what ldap.users.filter finds":  {"title", "guest", upstream.ErrWrong, upstream.ErrGone},
		"the password must be changed here": {"pwdReset", "TRUE", upstream.ErrGone, upstream.ErrGone},
		"the password has ended":            {"pwdEndTime", "20260102030405Z", upstream.ErrWrong, upstream.ErrGone},
		"the password ends some day":        {"pwdEndTime", "29990102030405Z", nil, nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			d.Set(t, bert, test.attribute, test.value)
			defer d.Set(t, bert, test.attribute)
			if _, err := c.Authenticate(t.Context(), "bert", "bert-password", free); !errors.Is(err, test.atSignIn) {
				t.Errorf("at sign-in: %v", err)
			}
			if _, err := c.Authenticate(t.Context(), "bert", "wrong", free); !errors.Is(err, upstream.ErrWrong) {
				t.Errorf("a stranger learns: %v", err)
			}
			if _, err := c.Again(t.Context(), known); !errors.Is(err, test.later) {
				t.Errorf("later: %v", err)
			}
		})
	}
	signIn(t, c, "bert")
}

// TestConnectorIsNotFooledByLocks: who guesses passwords locks nobody out who is in already.
func TestConnectorIsNotFooledByLocks(t *testing.T) {
	d := slapd.Start(t)
	d.Set(t, "cn=policy,"+slapd.Suffix, "pwdLockout", "TRUE")
	d.Set(t, "cn=policy,"+slapd.Suffix, "pwdMaxFailure", "2")
	c := connector(t, d)
	known := signIn(t, c, "ada")
	for range 3 {
		if _, err := c.Authenticate(t.Context(), "ada", "wrong", free); !errors.Is(err, upstream.ErrWrong) {
			t.Fatal(err)
		}
	}
	if _, err := c.Authenticate(t.Context(), "ada", "ada-password", free); !errors.Is(err, upstream.ErrWrong) {
		t.Errorf("the directory has not locked the account: %v", err)
	}
	if _, err := c.Again(t.Context(), known); err != nil {
		t.Error(err)
	}
}

// TestConnectorKnowsActiveDirectory by its attributes.
func TestConnectorKnowsActiveDirectory(t *testing.T) {
	d := slapd.Start(t)
	guid := "\x2a\x28\x5c\x00\x29\xff\x07\x40\x8a\xbc\x01\x02\x03\x04\x05\x06"
	d.Set(t, bert, "objectClass", "inetOrgPerson", "directoryAccount")
	d.Set(t, bert, "objectGUID", guid)
	d.Set(t, bert, "sAMAccountName", "EXAMPLE-bert")
	d.Set(t, bert, "userAccountControl", "512")
	c := connector(t, d, func(p *oauthv1alpha1.LDAPProvider) {
		p.Users.ID, p.Users.Username, p.Users.Filter = "objectGUID", "sAMAccountName", "(sAMAccountName={login})"
	})
	account, err := c.Authenticate(t.Context(), "example-bert", "bert-password", free)
	if err != nil || account.ID != "005c282a-ff29-4007-8abc-010203040506" || account.Username != "EXAMPLE-bert" {
		t.Fatalf("%+v, %v", account, err)
	}
	if again, err := c.Again(t.Context(), account); err != nil || again.ID != account.ID {
		t.Errorf("again: %+v, %v", again, err)
	}
	d.Set(t, bert, "pwdLastSet", "0")
	if _, err := c.Again(t.Context(), account); !errors.Is(err, upstream.ErrGone) {
		t.Errorf("the password must be changed: %v", err)
	}
	for _, id := range []string{"005c282a", "", "*", "005c282a-ff29-4007-8abc-01020304050g", account.ID + "-"} {
		if _, err := c.Again(t.Context(), upstream.Account{ID: id}); !errors.Is(err, upstream.ErrGone) {
			t.Errorf("ID %q: %v", id, err)
		}
	}
}
