package ldap

import (
	"strings"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"
)

func TestShutOut(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for sentence, test := range map[string]struct {
		attribute, value string
		want             bool
	}{
		"expires this second":                {accountExpires, "134117966450000000", true},
		"expires in a second":                {accountExpires, "134117966460000000", false},
		"never expires":                      {accountExpires, "9223372036854775807", false},
		"a flag of many":                     {userAccountControl, "66050", true},
		"other flags":                        {userAccountControl, "66048", false},
		"a disabled trust, a negative flag":  {userAccountControl, "-2147483134", true},
		"another directory's value":          {pwdLastSet, "0", false},
		"the password expires this second":   {passwordExpires, "134117966450000000", true},
		"the password never expires":         {passwordExpires, "9223372036854775807", false},
		"no time of the password is known":   {passwordExpires, "0", false},
		"a lock that ends":                   {pwdAccountLockedTime, "20260102030405Z", false},
		"FreeIPA, expired this second":       {principalExpires, "20260102030405Z", true},
		"FreeIPA, expires in a second":       {principalExpires, "20260102030406Z", false},
		"FreeIPA, an hour later elsewhere":   {principalExpires, "20260102040405+0100", true},
		"OpenLDAP, a password that ended":    {pwdEndTime, "20260102030405Z", true},
		"OpenLDAP, a password that ends":     {pwdEndTime, "20260102030406Z", false},
		"OpenLDAP, a password of tomorrow":   {pwdStartTime, "20260103030405Z", true},
		"OpenLDAP, a password of yesterday":  {pwdStartTime, "20260101030405Z", false},
		"389 Directory Server, locked":       {nsAccountLock, "TRUE", true},
		"389 Directory Server, not locked":   {nsAccountLock, "false", false},
		"nothing where something could be":   {userAccountControl, "", false},
		"an empty time where one could be":   {pwdEndTime, " ", false},
		"an empty start where one could be":  {pwdStartTime, "", false},
		"the password must be changed there": {pwdReset, "TRUE", true},
	} {
		entry := ldap.NewEntry("cn=a", map[string][]string{strings.ToUpper(test.attribute): {test.value}})
		if got, err := shutOut(entry, now); got != test.want || err != nil {
			t.Errorf("%s: %t, %v", sentence, got, err)
		}
	}
}

// TestStandingThatCannotBeRead does not count as good.
func TestStandingThatCannotBeRead(t *testing.T) {
	for attribute, value := range map[string]string{
		accountExpires: "soon", userAccountControl: "0x202", passwordExpires: "99999999999999999999", principalExpires: "tomorrow",
		pwdEndTime: "2026", pwdStartTime: "2026-01-02T03:04:05Z",
	} {
		entry := ldap.NewEntry("cn=a", map[string][]string{attribute: {value}})
		if _, err := shutOut(entry, time.Now()); err == nil || !strings.Contains(err.Error(), attribute) || strings.Contains(err.Error(), value) {
			t.Errorf("%s: %v", attribute, err)
		}
	}
	entry := ldap.NewEntry("cn=a", map[string][]string{accountExpires: {"soon"}, nsAccountLock: {"TRUE"}})
	if out, err := shutOut(entry, time.Now()); err != nil || !out {
		t.Errorf("another value shuts the account out: %t, %v", out, err)
	}
}
