package workloads

import (
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
)

// Exchange is what a client may exchange tokens for (RFC 8693).
type Exchange struct {
	// Clients are patterns of the clients whose access tokens may be exchanged.
	Clients []string
	// accounts are the ServiceAccounts whose tokens may be exchanged.
	accounts []accounts
	// Federated are the workloads elsewhere whose tokens may be exchanged.
	Federated []Federated
	// Scopes are those that the client gets although the token does not have them.
	Scopes []string
	// OmitActor says that tokens do not name the client as an actor.
	OmitActor bool
	// BeyondConsent says that a token of a user may be exchanged for more than the user was
	// asked for.
	BeyondConsent bool
}

// accounts are ServiceAccounts.
type accounts struct {
	from     oauthv1alpha1.NamespacesFrom
	selector labels.Selector
	// own is the namespace of the client.
	own   string
	names []string
}

// Client reports whether the access tokens of a client may be exchanged.
func (x *Exchange) Client(id string) bool {
	return slices.ContainsFunc(x.Clients, func(pattern string) bool {
		beginning, prefix := strings.CutSuffix(pattern, "*")
		if prefix {
			// A beginning such as shop* would also be that of shop-other.web.
			whole := beginning == "" || strings.HasSuffix(beginning, ".") || strings.HasSuffix(beginning, "/")
			return whole && strings.HasPrefix(id, beginning)
		}
		return pattern == id
	})
}

// Workload reports whether the tokens of a workload elsewhere may be exchanged, by its sub and
// the name of its trusted issuer. What else its token must say is not known.
func (x *Exchange) Workload(issuer, subject string) bool {
	return slices.ContainsFunc(x.Federated, func(f Federated) bool {
		return f.TrustedIssuer == issuer && (f.Subject == subject || f.Prefix && strings.HasPrefix(subject, f.Subject))
	})
}

// HasAccounts reports whether tokens of some ServiceAccounts may be exchanged.
func (x *Exchange) HasAccounts() bool { return len(x.accounts) > 0 }

// Account reports whether the tokens of a ServiceAccount may be exchanged. The labels are
// those of its namespace; a selector matches nothing while they are unknown.
func (x *Exchange) Account(namespace, name string, of map[string]string, unknown bool) bool {
	return slices.ContainsFunc(x.accounts, func(a accounts) bool {
		if len(a.names) > 0 && !slices.Contains(a.names, name) {
			return false
		}
		switch a.from {
		case oauthv1alpha1.NamespacesFromAll:
			return true
		case oauthv1alpha1.NamespacesFromSelector:
			return !unknown && a.selector.Matches(labels.Set(of))
		default:
			return namespace == a.own
		}
	})
}

// ExchangeOf returns what a client of a server may exchange.
func ExchangeOf(c *oauthv1alpha1.OAuthClient, server *oauthv1alpha1.OAuthServer, l clientpolicy.Limits) Exchange {
	spec := c.Spec.TokenExchange
	if spec == nil {
		return Exchange{}
	}
	x := Exchange{
		OmitActor:     spec.Actor == oauthv1alpha1.TokenExchangeActorOmit,
		BeyondConsent: l.Exchange.Has(string(oauthv1alpha1.TokenExchangeBeyondConsent)),
	}
	for _, scope := range spec.Scopes {
		x.Scopes = append(x.Scopes, string(scope))
	}
	for i := range spec.Subjects {
		subject := &spec.Subjects[i]
		for _, pattern := range subject.Clients {
			x.Clients = append(x.Clients, string(pattern))
		}
		if s := subject.ServiceAccounts; s != nil {
			a := accounts{from: s.Namespaces.From, selector: labels.Nothing(), own: c.Namespace, names: slices.Clone(s.Names)}
			if selector, err := metav1.LabelSelectorAsSelector(s.Namespaces.Selector); err == nil {
				a.selector = selector
			}
			x.accounts = append(x.accounts, a)
		}
	}
	x.Federated = Of(Exchanged(c), server)
	return x
}

// Exchanged are the workloads elsewhere whose tokens a client exchanges.
func Exchanged(c *oauthv1alpha1.OAuthClient) []oauthv1alpha1.FederatedIdentity {
	var out []oauthv1alpha1.FederatedIdentity
	if c.Spec.TokenExchange == nil {
		return nil
	}
	for _, subject := range c.Spec.TokenExchange.Subjects {
		if subject.Federated != nil {
			out = append(out, *subject.Federated)
		}
	}
	return out
}
