package accounts

import (
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// Refusal is why a user of a provider is not let in, for the audit log. It names nobody.
type Refusal string //nolint:errname // it is a reason first

// Error implements error.
func (r Refusal) Error() string { return string(r) }

// Refusals.
const (
	ErrGroups   Refusal = "not_in_admitted_group"
	ErrEmail    Refusal = "email_domain_not_admitted"
	ErrUser     Refusal = "user_not_admitted"
	ErrUsername Refusal = "username_cannot_be_used"
	ErrTaken    Refusal = "username_taken"
	// ErrThere is for a user whom the provider does not let in, such as one who is disabled.
	ErrThere Refusal = "refused_by_provider"
	// ErrID is for an account with an ID that is empty or too long to tell users apart.
	ErrID Refusal = "id_cannot_be_used"
)

// maxID is the length of an ID, in bytes: what spec.identities of an OAuthUser can name.
const maxID = 256

// Admit returns why an account is not let in, by its ID or by spec.admit; empty if it is.
func Admit(p *oauthv1alpha1.OAuthIdentityProvider, a *upstream.Account) Refusal {
	if a.ID == "" || len(a.ID) > maxID {
		return ErrID
	}
	rule := p.Spec.Admit
	if rule == nil || rule.All {
		return ""
	}
	inGroup := func(group string) bool { return slices.Contains(a.Groups, group) }
	switch {
	case len(rule.Groups) > 0 && !slices.ContainsFunc(rule.Groups, inGroup):
		return ErrGroups
	case len(rule.EmailDomains) > 0 && (!verifiedEmail(p, a) || !ofDomain(p, a) || !slices.Contains(rule.EmailDomains, domain(a.Email))):
		return ErrEmail
	case len(rule.Users) > 0 && !slices.Contains(rule.Users, a.ID):
		return ErrUser
	}
	return ""
}

// verifiedEmail reports whether the address of an account counts as verified.
func verifiedEmail(p *oauthv1alpha1.OAuthIdentityProvider, a *upstream.Account) bool {
	return a.Email != "" && (a.EmailVerified || p.Spec.Claims.EmailVerified == oauthv1alpha1.EmailVerifiedTrust)
}

// google is the issuer of Google, and gmail the domain at which private accounts have addresses of
// their own.
const (
	google = "https://accounts.google.com"
	gmail  = "gmail.com"
)

// ofDomain reports whether an account belongs to the domain of its address. At Google, anyone
// who receives mail at a domain can create a private account with that address, which outlives
// the mailbox. Accounts of the organization have the claim hd.
func ofDomain(p *oauthv1alpha1.OAuthIdentityProvider, a *upstream.Account) bool {
	if p.Spec.OIDC == nil || strings.TrimSuffix(string(p.Spec.OIDC.Issuer), "/") != google {
		return true
	}
	address := domain(a.Email)
	return address == gmail || address != "" && strings.ToLower(a.HostedDomain) == address
}

// domain returns the domain of an address, in the case in which DNS compares (RFC 4343).
func domain(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at <= 0 {
		return ""
	}
	return strings.ToLower(address[at+1:])
}
