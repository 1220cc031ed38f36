package ldap

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
)

// Attributes that say whether an account may be used: those of Active Directory, of 389
// Directory Server and FreeIPA, and of OpenLDAP with password policies. Others do not have them.
const (
	userAccountControl   = "userAccountControl"
	accountExpires       = "accountExpires"
	pwdLastSet           = "pwdLastSet"
	passwordExpires      = "msDS-UserPasswordExpiryTimeComputed"
	nsAccountLock        = "nsAccountLock"
	principalExpires     = "krbPrincipalExpiration"
	pwdAccountLockedTime = "pwdAccountLockedTime"
	pwdReset             = "pwdReset"
	pwdStartTime         = "pwdStartTime"
	pwdEndTime           = "pwdEndTime"
)

var standing = []string{
	userAccountControl, accountExpires, pwdLastSet, passwordExpires, nsAccountLock, principalExpires,
	pwdAccountLockedTime, pwdReset, pwdStartTime, pwdEndTime,
}

const (
	// accountDisable is ADS_UF_ACCOUNTDISABLE of userAccountControl (MS-ADTS section 2.2.16).
	accountDisable = 0x2
	// never is a time of Windows that never comes, next to 0.
	never = 0x7FFFFFFFFFFFFFFF
	// epoch is 1970 in the time of Windows: intervals of 100 ns since 1601.
	epoch = 116444736000000000
	// byAdministrator is the pwdAccountLockedTime of an account that stays locked. Other values
	// are those of accounts with too many wrong passwords: the directory itself refuses their
	// sign-ins, and users who are signed in stay so.
	byAdministrator = "000001010000Z"
)

// shutOut reports whether the entry itself says that it cannot be used to sign in. If no value
// says so, a value that cannot be parsed is an error, because it might.
func shutOut(e *ldap.Entry, now time.Time) (bool, error) {
	r := reader{entry: e, now: now}
	windows := r.text(userAccountControl) != ""
	out := r.number(userAccountControl)&accountDisable != 0 ||
		r.overInWindows(accountExpires) || r.overInWindows(passwordExpires) || windows && r.text(pwdLastSet) == "0" ||
		r.isTrue(nsAccountLock) || r.over(principalExpires) ||
		r.text(pwdAccountLockedTime) == byAdministrator || r.isTrue(pwdReset) ||
		r.over(pwdEndTime) || r.toCome(pwdStartTime)
	if out {
		return true, nil
	}
	return false, r.err
}

// reader reads the values of an entry, and keeps the first error.
type reader struct {
	entry *ldap.Entry
	now   time.Time
	err   error
}

func (r *reader) text(name string) string {
	return strings.TrimSpace(r.entry.GetEqualFoldAttributeValue(name))
}

func (r *reader) fail(name string) {
	if r.err == nil {
		r.err = fmt.Errorf("directory: the value of %s of the user cannot be read", name)
	}
}

func (r *reader) number(name string) int64 {
	text := r.text(name)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		r.fail(name)
	}
	return n
}

func (r *reader) isTrue(name string) bool { return strings.EqualFold(r.text(name), "true") }

// overInWindows reports whether a time of Windows is over.
func (r *reader) overInWindows(name string) bool {
	at := r.number(name)
	return at > 0 && at != never && at <= r.now.UnixNano()/100+epoch
}

// over reports whether a time is over.
func (r *reader) over(name string) bool {
	at, ok := r.time(name)
	return ok && !r.now.Before(at)
}

// toCome reports whether a time is still to come.
func (r *reader) toCome(name string) bool {
	at, ok := r.time(name)
	return ok && r.now.Before(at)
}

// time returns a time (RFC 4517 section 3.3.13), and false for none.
func (r *reader) time(name string) (time.Time, bool) {
	text := r.text(name)
	if text == "" {
		return time.Time{}, false
	}
	at, err := ber.ParseGeneralizedTime([]byte(text))
	if err != nil {
		r.fail(name)
	}
	return at, err == nil
}
