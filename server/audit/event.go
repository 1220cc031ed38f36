package audit

import (
	"context"
	"log/slog"
)

// Decision is what was decided about.
type Decision string

// Decisions.
const (
	// Login is somebody who gives a password.
	Login Decision = "login"
	// Consent is a person who is asked by an application.
	Consent Decision = "consent"
	// Code is an authorization request that ends at the application.
	Code Decision = "code"
	// Token is a token request.
	Token Decision = "token"
	// Revocation is an application that ends a token.
	Revocation Decision = "revocation"
	// Logout is a person who signs out, here or in another browser.
	Logout Decision = "logout"
	// Withdrawal is a person who takes back what an application was allowed.
	Withdrawal Decision = "withdrawal"
)

// Event is one decision. Whoever adds a field makes sure that it cannot hold what a
// stranger sent, nor a token, code, password, verifier or cookie.
type Event struct {
	Decision Decision
	// Refused is why, as an error code; empty for what was granted.
	Refused string
	// Client is the OAuthClient, once it is known.
	Client Client
	// Subject is the person, once it is known.
	Subject string
	// Grant is the name of the Grant.
	Grant string
	// GrantType is one that the server knows.
	GrantType string
	// Scopes are those that were granted.
	Scopes []string
}

// Client is what is told of a client.
type Client interface {
	GetID() string
	Namespace() string
	Name() string
}

// Log writes the event.
func (e Event) Log(ctx context.Context, log *slog.Logger, requestID, address string) {
	outcome := "granted"
	if e.Refused != "" {
		outcome = "refused"
	}
	attrs := []slog.Attr{
		slog.String("decision", string(e.Decision)), slog.String("outcome", outcome),
		slog.String("request_id", requestID), slog.String("address", address),
	}
	if e.Client != nil {
		attrs = append(attrs, slog.String("client", e.Client.Namespace()+"/"+e.Client.Name()), slog.String("client_id", e.Client.GetID()))
	}
	for _, field := range []struct{ name, value string }{
		{"reason", e.Refused}, {"subject", e.Subject}, {"grant", e.Grant}, {"grant_type", e.GrantType},
	} {
		if field.value != "" {
			attrs = append(attrs, slog.String(field.name, field.value))
		}
	}
	if len(e.Scopes) > 0 {
		attrs = append(attrs, slog.Any("scopes", e.Scopes))
	}
	log.LogAttrs(ctx, slog.LevelInfo, "audit", attrs...)
}
