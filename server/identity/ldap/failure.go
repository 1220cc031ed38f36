package ldap

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/go-ldap/ldap/v3"

	"github.com/grantor-dev/grantor/internal/outbound"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// errTooMany says that a search found more than it may.
var errTooMany = errors.New("the search finds too many entries")

// failure describes the failure of a directory for the log. It leaves out the text of the
// directory, which may repeat what it was sent.
func failure(ctx context.Context, what string, err error) error {
	if err == nil {
		return nil
	}
	said := description(ctx, what, err)
	var answered *ldap.Error
	if what == whatSearch && ctx.Err() == nil && errors.As(err, &answered) && answered.ResultCode < ldap.ErrorNetwork && !busy[answered.ResultCode] ||
		what == whatWait || errors.Is(err, errTooMany) {
		return said
	}
	return upstream.Away(said)
}

// What is done with a directory. Only the failure of a search can concern one user only, and
// waiting says nothing about the directory.
const (
	whatSearch = "search"
	whatWait   = "wait for a connection"
)

// busy are the codes of a directory that serves nobody at the moment.
var busy = map[uint16]bool{ldap.LDAPResultBusy: true, ldap.LDAPResultUnavailable: true}

func description(ctx context.Context, what string, err error) error {
	var answered *ldap.Error
	switch {
	case errors.Is(err, errTooMany), errors.Is(err, outbound.ErrAddress):
		return fmt.Errorf("directory: %s: %w", what, err)
	case ctx.Err() != nil:
		return fmt.Errorf("directory: %s: it does not answer within %s", what, timeout)
	case errors.As(err, &answered) && answered.ResultCode < ldap.ErrorNetwork:
		return fmt.Errorf("directory: %s: it answers %d (%s)", what, answered.ResultCode, ldap.LDAPResultCodeMap[answered.ResultCode])
	case errors.As(err, &answered) && answered.Err != nil:
		return fmt.Errorf("directory: %s: %w", what, answered.Err)
	}
	return fmt.Errorf("directory: %s: %w", what, err)
}

// lost reports whether a connection is of no more use after an error.
func lost(err error) bool {
	var answered *ldap.Error
	return err != nil && !errors.Is(err, errTooMany) && (!errors.As(err, &answered) || answered.ResultCode >= ldap.ErrorNetwork)
}

// windowsCode is why Active Directory refuses to bind.
var windowsCode = regexp.MustCompile(`, data ([0-9a-f]{1,8}),`)

// rightPassword are the reasons that Active Directory gives only if the password is right: not
// at this time, not from this computer, the password has expired, the account is disabled or has
// expired, the password must be changed.
var rightPassword = map[string]bool{"530": true, "531": true, "532": true, "533": true, "701": true, "773": true}

// refusal says what it means that a directory refuses to bind with a password. After any other
// error, the password was sent, and the directory or a system behind it may have counted it.
func refusal(ctx context.Context, err error) error {
	if answered, ok := errors.AsType[*ldap.Error](err); ok {
		switch answered.ResultCode {
		case ldap.LDAPResultInvalidCredentials:
			if code := windowsCode.FindStringSubmatch(answered.Error()); code != nil && rightPassword[code[1]] {
				return upstream.ErrGone
			}
			return upstream.ErrWrong
		case ldap.LDAPResultNoSuchObject, ldap.LDAPResultInappropriateAuthentication, ldap.LDAPResultUnwillingToPerform,
			ldap.LDAPResultConstraintViolation, ldap.LDAPResultInvalidDNSyntax, ldap.LDAPResultInsufficientAccessRights:
			// Some directories answer so for accounts that are locked or have no password,
			// whatever the password is.
			return upstream.ErrWrong
		}
	}
	return errors.Join(upstream.ErrUnanswered, failure(ctx, "bind as the user", err))
}
