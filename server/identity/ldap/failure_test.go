package ldap

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"

	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// TestRefusal: what directories answer to a bind, Active Directory's reasons included.
func TestRefusal(t *testing.T) {
	windows := func(data string) error {
		return &ldap.Error{ResultCode: ldap.LDAPResultInvalidCredentials, Err: errors.New("80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data " + data + ", v3839\x00")}
	}
	for sentence, test := range map[string]struct{ answer, want error }{
		"wrong":                                   {&ldap.Error{ResultCode: ldap.LDAPResultInvalidCredentials, Err: errors.New("")}, upstream.ErrWrong},
		"no such entry":                           {&ldap.Error{ResultCode: ldap.LDAPResultNoSuchObject, Err: errors.New("")}, upstream.ErrWrong},
		"locked, in 389 Directory Server":         {&ldap.Error{ResultCode: ldap.LDAPResultUnwillingToPerform, Err: errors.New("Account inactivated.")}, upstream.ErrWrong},
		"wrong, in Active Directory":              {windows("52e"), upstream.ErrWrong},
		"unknown, in Active Directory":            {windows("525"), upstream.ErrWrong},
		"locked, in Active Directory":             {windows("775"), upstream.ErrWrong},
		"not now, in Active Directory":            {windows("530"), upstream.ErrGone},
		"password expired, in Active Directory":   {windows("532"), upstream.ErrGone},
		"disabled, in Active Directory":           {windows("533"), upstream.ErrGone},
		"expired, in Active Directory":            {windows("701"), upstream.ErrGone},
		"must be changed, in Active Directory":    {windows("773"), upstream.ErrGone},
		"a connection that is lost":               {&ldap.Error{ResultCode: ldap.ErrorNetwork, Err: errors.New("closed")}, upstream.ErrUnanswered},
		"what is no answer of a directory at all": {context.DeadlineExceeded, upstream.ErrUnanswered},
	} {
		if err := refusal(t.Context(), test.answer); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", sentence, err)
		}
	}
	err := refusal(t.Context(), &ldap.Error{ResultCode: ldap.LDAPResultBusy, Err: errors.New("you sent hunter2")})
	for _, other := range []error{upstream.ErrWrong, upstream.ErrGone, upstream.ErrUnanswered} {
		if errors.Is(err, other) {
			t.Errorf("a busy directory: %v", err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("it repeats what the directory wrote: %v", err)
	}
}

func TestShutOut(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for sentence, test := range map[string]struct {
		attribute, value string
		want             bool
	}{
		"expires this second":       {accountExpires, "134117966450000000", true},
		"expires in a second":       {accountExpires, "134117966460000000", false},
		"expires at no time":        {accountExpires, "soon", false},
		"a flag of many":            {userAccountControl, "66050", true},
		"other flags":               {userAccountControl, "66048", false},
		"another directory's value": {pwdLastSet, "0", false},
		"a lock that ends":          {pwdAccountLockedTime, "20260102030405Z", false},
	} {
		entry := ldap.NewEntry("cn=a", map[string][]string{strings.ToUpper(test.attribute): {test.value}})
		if got := shutOut(entry, now); got != test.want {
			t.Errorf("%s: %t", sentence, got)
		}
	}
}
