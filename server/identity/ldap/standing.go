package ldap

import (
	"strconv"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"
)

// Attributes that say whether an account may be used: those of Active Directory, of 389
// Directory Server, and of OpenLDAP with password policies. Others do not have them.
const (
	userAccountControl   = "userAccountControl"
	accountExpires       = "accountExpires"
	pwdLastSet           = "pwdLastSet"
	nsAccountLock        = "nsAccountLock"
	pwdAccountLockedTime = "pwdAccountLockedTime"
	pwdReset             = "pwdReset"
)

var standing = []string{userAccountControl, accountExpires, pwdLastSet, nsAccountLock, pwdAccountLockedTime, pwdReset}

const (
	// accountDisable is ADS_UF_ACCOUNTDISABLE of userAccountControl (MS-ADTS section 2.2.16).
	accountDisable = 0x2
	// neverExpires is accountExpires of an account that does not, next to 0.
	neverExpires = 0x7FFFFFFFFFFFFFFF
	// epoch is 1970 in the time of Windows: intervals of 100 ns since 1601.
	epoch = 116444736000000000
	// byAdministrator is pwdAccountLockedTime of an account that does not become free by
	// itself. Other values are those of accounts for which somebody guessed passwords: they
	// shut out whoever signs in, which the directory sees to, and not those who are in.
	byAdministrator = "000001010000Z"
)

// shutOut reports whether an entry says of itself that it cannot be used to sign in.
func shutOut(e *ldap.Entry, now time.Time) bool {
	text := func(name string) string { return strings.TrimSpace(e.GetEqualFoldAttributeValue(name)) }
	number := func(name string) int64 {
		n, err := strconv.ParseInt(text(name), 10, 64)
		if err != nil {
			return 0
		}
		return n
	}
	expires := number(accountExpires)
	switch {
	case number(userAccountControl)&accountDisable != 0,
		expires > 0 && expires != neverExpires && expires <= now.UnixNano()/100+epoch,
		text(userAccountControl) != "" && text(pwdLastSet) == "0",
		strings.EqualFold(text(nsAccountLock), "true"),
		text(pwdAccountLockedTime) == byAdministrator,
		strings.EqualFold(text(pwdReset), "true"):
		return true
	}
	return false
}
