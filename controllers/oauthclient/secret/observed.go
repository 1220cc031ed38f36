package secret

import (
	"time"

	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// Observed is what a reconcile has read that decides about a client secret.
type Observed struct {
	Client  *oauthv1alpha1.OAuthClient
	Peppers Peppers
	// Digests are those of the client's status that verify, newest first.
	Digests []credentials.Credential
	// Value is the secret in the client's Secret, Given the one that spec.secret.from
	// brings; empty if there is none.
	Value, Given string
	// Pending is a value that this operator published the digest of and could not write
	// yet; empty if there is none.
	Pending string
	Now     time.Time
}

// facts are what decides about a client secret.
type facts struct {
	client types.UID
	// needsSecret is false for a client that does not authenticate.
	needsSecret bool
	// value is the secret in the client's Secret; empty if there is none.
	value string
	// credentials are the verified digests, newest first.
	credentials []credentials.Credential
	// given is the value that spec.secret.from brings; empty if the operator makes it.
	given string
	// requested is the rotation request that is due; zero if there is none.
	requested time.Time
	// interval is the age at which the secret is replaced; zero for never.
	interval time.Duration
	// pending is a value whose digest is published and that could not be written yet.
	pending string
	// neverWritten is true until the client's first Secret is written.
	neverWritten bool
	now          time.Time
	pepper       credentials.Pepper
	// move says that the digest should be made by the pepper if another made it.
	move bool
	mint func() string
}

func (o Observed) facts() facts {
	requested, _ := requestedRotation(o.Client, o.Now)
	pepper, _ := o.Peppers.Current()
	return facts{
		client:       o.Client.UID,
		needsSecret:  o.Client.Spec.Authentication.Method.HasSecret(),
		value:        o.Value,
		credentials:  o.Digests,
		given:        o.Given,
		requested:    requested,
		interval:     interval(o.Client),
		pending:      o.Pending,
		neverWritten: o.Client.Status.SecretName == "",
		now:          o.Now,
		pepper:       pepper,
		move:         o.Peppers.Due(o.Now),
		mint:         credentials.Generate,
	}
}

// Opened returns the client's digests that verify. Those that do not were made by hand, or
// for a server that was deleted with its keys and created again: that all keys exist which
// the present server ever had is known before this is called.
func Opened(c *oauthv1alpha1.OAuthClient, peppers credentials.Peppers) []credentials.Credential {
	var list []credentials.Credential
	for _, entry := range c.Status.Credentials {
		if credential, err := credentials.Open(peppers, c.UID, entry); err == nil {
			list = append(list, credential)
		}
	}
	return list
}

// Published returns digests as a status holds them.
func Published(c *oauthv1alpha1.OAuthClient, list []credentials.Credential) []oauthv1alpha1.CredentialStatus {
	var entries []oauthv1alpha1.CredentialStatus
	for _, credential := range list {
		entries = append(entries, credential.Status(c.UID))
	}
	return entries
}
