package migrate

import (
	"regexp"
	"slices"
	"strings"
)

// application is a client of another server in words that all of them share.
type application struct {
	// source is what sentences call it.
	source          string
	namespace, name string
	// id and secret are empty where they are not known.
	id, secret string
	// secretTold says that the report explains already why there is no secret.
	secretTold bool
	// keys are the names of id and secret in the Secret of the application; empty for
	// ours.
	keys struct{ id, secret string }
	// formerly is the Secret that the application mounts now.
	formerly                    string
	displayName, logo           string
	grants                      []string
	redirects, leaving, origins []string
	scopes, audiences           []string
	method                      string
	// jwksURI is where the keys of a client are that signs its assertions.
	jwksURI                   string
	accessToken, refreshToken string
	idToken                   string
}

// public reports whether the application cannot keep a secret.
func (a *application) public() bool { return a.method == "none" }

// hasSecret reports whether it authenticates with one.
func (a *application) hasSecret() bool { return !a.public() && a.method != "private_key_jwt" }

// redirecting reports whether people come back to it.
func (a *application) redirecting() bool { return slices.Contains(a.grants, "authorization_code") }

// What the schema of OAuthClients takes.
var (
	clientID      = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._~-]*[A-Za-z0-9])?$`)
	displayName   = regexp.MustCompile(`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`)
	scope         = regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]{1,128}$`)
	audience      = regexp.MustCompile(`^[\x21-\x7E]{1,512}$`)
	lifetime      = regexp.MustCompile(`^([0-9]+(s|m|h))+$`)
	notInName     = regexp.MustCompile(`[^a-z0-9-]+`)
	goodName      = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)
	goodNamespace = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)
)

const (
	maxName        = 200
	maxNamespace   = 63
	maxClientID    = 300
	maxDisplayName = 128
)

// objectName makes the name of an object from whatever is there.
func objectName(text string) string {
	name := strings.Trim(notInName.ReplaceAllString(strings.ToLower(text), "-"), "-")
	if name == "" {
		return "client"
	}
	return strings.Trim(name[:min(len(name), 63)], "-")
}
