package clientspec

import (
	"time"

	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Candidate is an OAuthClient with the labels of the namespace it lives in.
type Candidate struct {
	Client          *oauthv1alpha1.OAuthClient
	NamespaceLabels map[string]string
	// NamespaceUnknown says that the labels are not known yet: a selector, which may
	// ask for the absence of one, then matches nothing.
	NamespaceUnknown bool
}

// Decision is what a server makes of a client.
type Decision struct {
	// Server is the server that the client belongs to; nil if there is none.
	Server *oauthv1alpha1.OAuthServer
	// Refusal is why the server refuses the client; nil if it accepts it.
	Refusal *Refusal
	// Client is what the client may do; it counts only without a Refusal.
	Client Client
}

// Refusal names the rule that a client breaks.
type Refusal struct {
	// Reason is a reason of the condition Accepted.
	Reason string
	// Message is a sentence for the people who own the client.
	Message string
}

// Client is what an accepted client may do, with the server's defaults filled in.
type Client struct {
	ID             string
	UID            types.UID
	Namespace      string
	Name           string
	Method         oauthv1alpha1.AuthenticationMethod
	GrantTypes     []string
	Scopes         []string
	Audiences      []string
	AccessToken    oauthv1alpha1.AccessTokenFormat
	AccessLifetime time.Duration
	// NotBefore is the time before which nothing that was issued counts.
	NotBefore time.Time
}

// Decide returns what becomes of a client, given all servers and all clients
// that claim the same client ID (with or without the client itself).
func Decide(c Candidate, servers []*oauthv1alpha1.OAuthServer, claimants []Candidate) Decision {
	server, refusal := accept(c, servers)
	decision := Decision{Server: server, Refusal: refusal}
	if refusal != nil {
		return decision
	}
	if decision.Refusal = conflict(c, server, servers, claimants); decision.Refusal != nil {
		return decision
	}
	if c.Client.Spec.Suspend {
		decision.Refusal = refuse(oauthv1alpha1.ReasonSuspended,
			"The client is suspended. Set spec.suspend to false to let it in again.")
		return decision
	}
	decision.Client = effective(c.Client, server)
	return decision
}

// accept applies all rules that concern the client alone.
func accept(c Candidate, servers []*oauthv1alpha1.OAuthServer) (*oauthv1alpha1.OAuthServer, *Refusal) {
	server, refusal := bind(c.Client, servers)
	if refusal != nil {
		return server, refusal
	}
	for _, rule := range rules {
		if refusal := rule(c, server); refusal != nil {
			return server, refusal
		}
	}
	return server, nil
}

func effective(c *oauthv1alpha1.OAuthClient, server *oauthv1alpha1.OAuthServer) Client {
	e := Client{
		ID:             c.ClientID(),
		UID:            c.UID,
		Namespace:      c.Namespace,
		Name:           c.Name,
		Method:         c.Spec.Authentication.Method,
		GrantTypes:     stringsOf(c.Spec.GrantTypes),
		Scopes:         stringsOf(c.Spec.Scopes),
		Audiences:      append(stringsOf(c.Spec.Audiences), server.Spec.Issuer),
		AccessToken:    oauthv1alpha1.AccessTokenJWT,
		AccessLifetime: 15 * time.Minute,
	}
	for _, settings := range []oauthv1alpha1.AccessTokenSettings{server.Spec.Tokens.AccessToken, c.Spec.Tokens.AccessToken} {
		if settings.Format != "" {
			e.AccessToken = settings.Format
		}
		if settings.Lifetime != nil {
			e.AccessLifetime = settings.Lifetime.Duration
		}
	}
	if c.Spec.SessionsNotBefore != nil {
		e.NotBefore = c.Spec.SessionsNotBefore.Time
	}
	return e
}

func stringsOf[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, value := range values {
		out[i] = string(value)
	}
	return out
}

func refuse(reason, message string) *Refusal {
	return &Refusal{Reason: reason, Message: message}
}
