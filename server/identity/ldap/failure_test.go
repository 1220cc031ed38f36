package ldap

import (
	"context"
	"errors"
	"strings"
	"testing"

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
		"locked, in 389 Directory Server":         {&ldap.Error{ResultCode: ldap.LDAPResultUnwillingToPerform, Err: errors.New("account inactivated")}, upstream.ErrWrong},
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
		"busy":                        {&ldap.Error{ResultCode: ldap.LDAPResultBusy, Err: errors.New("")}, upstream.ErrUnanswered},
		"unavailable, behind a proxy": {&ldap.Error{ResultCode: ldap.LDAPResultUnavailable, Err: errors.New("")}, upstream.ErrUnanswered},
		"an error of its own":         {&ldap.Error{ResultCode: ldap.LDAPResultOther, Err: errors.New("")}, upstream.ErrUnanswered},
		"an operations error":         {&ldap.Error{ResultCode: ldap.LDAPResultOperationsError, Err: errors.New("")}, upstream.ErrUnanswered},
		"a referral":                  {&ldap.Error{ResultCode: ldap.LDAPResultReferral, Err: errors.New("")}, upstream.ErrUnanswered},
	} {
		if err := refusal(t.Context(), test.answer); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", sentence, err)
		}
	}
	err := refusal(t.Context(), &ldap.Error{ResultCode: ldap.LDAPResultBusy, Err: errors.New("you sent hunter2")})
	for _, other := range []error{upstream.ErrWrong, upstream.ErrGone} {
		if errors.Is(err, other) {
			t.Errorf("a busy directory: %v", err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("it repeats what the directory wrote: %v", err)
	}
}
