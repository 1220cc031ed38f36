package providerspec

import (
	"fmt"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/age"
)

// MaxPerServer is how many providers a server uses: its Secret must hold their credentials,
// and its sign-in page their buttons.
const MaxPerServer = 32

// Refusal names the rule that a provider breaks.
type Refusal struct {
	// Reason is a reason of the condition Accepted.
	Reason string
	// Message is a sentence for administrators.
	Message string
}

// Refuse returns why a server does not use p, nil if it does. The server is the one that p
// names, nil if there is none. The rivals are the providers of p's namespace, with or without p
// itself and those of other servers.
func Refuse(p *oauthv1alpha1.OAuthIdentityProvider, server *oauthv1alpha1.OAuthServer, rivals []*oauthv1alpha1.OAuthIdentityProvider) *Refusal {
	if server == nil || server.DeletionTimestamp != nil || server.Name != p.Spec.ServerName || server.Namespace != p.Namespace {
		return &Refusal{oauthv1alpha1.ReasonServerNotFound, fmt.Sprintf(
			"There is no OAuthServer %q in this namespace. Create it, or create the provider again with another spec.serverName.", p.Spec.ServerName)}
	}
	if refusal := broken(p); refusal != nil {
		return refusal
	}
	if other := plain(p, rivals); other != nil {
		return &Refusal{oauthv1alpha1.ReasonUsernamesNotUsable, fmt.Sprintf(
			"spec.usernames is Plain, as that of the older provider %q is: one username could be that of two users. Set it to Prefixed.", other.Name)}
	}
	if count(p, rivals) >= MaxPerServer {
		return &Refusal{oauthv1alpha1.ReasonTooManyProviders, fmt.Sprintf(
			"OAuthServer %q has %d older providers, which is as many as it uses. Delete one that is not needed.", server.Name, MaxPerServer)}
	}
	if p.Spec.Disabled {
		return &Refusal{oauthv1alpha1.ReasonDisabled, "The provider is disabled. Set spec.disabled to false to let its users in again."}
	}
	return nil
}

// broken returns the first rule that a provider breaks by itself, nil for none.
func broken(p *oauthv1alpha1.OAuthIdentityProvider) *Refusal {
	for _, rule := range rules {
		if refusal := rule(p); refusal != nil {
			return refusal
		}
	}
	return nil
}

// plain returns the provider that keeps p from having plain usernames, nil for none. One that is
// disabled does, too: its users have theirs again when it is not.
func plain(p *oauthv1alpha1.OAuthIdentityProvider, rivals []*oauthv1alpha1.OAuthIdentityProvider) *oauthv1alpha1.OAuthIdentityProvider {
	if p.Spec.Usernames != oauthv1alpha1.UsernamesPlain {
		return nil
	}
	for _, rival := range rivals {
		if rival.Spec.Usernames == oauthv1alpha1.UsernamesPlain && older(rival, p) && broken(rival) == nil {
			return rival
		}
	}
	return nil
}

// count returns how many other providers of p's server come before p. One that breaks a rule
// takes no place; one that is disabled keeps its own.
func count(p *oauthv1alpha1.OAuthIdentityProvider, rivals []*oauthv1alpha1.OAuthIdentityProvider) int {
	n := 0
	for _, rival := range rivals {
		if older(rival, p) && broken(rival) == nil {
			n++
		}
	}
	return n
}

// older reports whether a rival is another provider of p's server that comes before p: by
// creation and then by UID, so that the operator and all replicas agree on the order.
func older(rival, p *oauthv1alpha1.OAuthIdentityProvider) bool {
	return rival.UID != p.UID && rival.Namespace == p.Namespace && rival.Spec.ServerName == p.Spec.ServerName && rival.DeletionTimestamp == nil && age.Older(rival, p)
}
