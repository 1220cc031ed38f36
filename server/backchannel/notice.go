package backchannel

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/subjects"
)

// notice is what one client is told: that a Login of a person has ended.
type notice struct{ clientID, clientUID, subject, login string }

// Outcome is what became of a notice.
type Outcome string

// Outcomes.
const (
	// Delivered is a notice that the application accepted.
	Delivered Outcome = "delivered"
	// Refused is one that the application refused for good, or whose address is never
	// called.
	Refused Outcome = "refused"
	// Failed is one that could not be delivered in time.
	Failed Outcome = "failed"
	// Dropped is one for which there was no room, Lost one that waited when the server
	// ended, and Void one whose client is gone or does not want it any more.
	Dropped Outcome = "dropped"
	Lost    Outcome = "lost"
	Void    Outcome = "void"

	// again is a try that failed and may succeed later.
	again Outcome = ""
)

// Outcomes returns all of them.
func Outcomes() []Outcome { return []Outcome{Delivered, Refused, Failed, Dropped, Lost, Void} }

// lifetime is how long a logout token counts (section 2.4 recommends at most two
// minutes).
const lifetime = 2 * time.Minute

// client returns the client of a notice, nil if it is gone, another by now, or does not
// want to be told.
func (n *Notifier) client(one notice) (*clients.Client, error) {
	client, err := n.Clients.Client(one.clientID)
	if err != nil || client == nil || string(client.UID()) != one.clientUID || client.People().BackchannelURI == "" {
		return nil, err
	}
	return client, nil
}

// deliver begins to try a notice.
func (n *Notifier) deliver(one notice, client *clients.Client) {
	namespace, name := "", ""
	if client != nil {
		namespace, name = client.Namespace(), client.Name()
	}
	n.start(namespace, func(ctx context.Context) {
		outcome, reason := n.persist(ctx, one, namespace)
		n.Count(outcome)
		if outcome != Delivered && outcome != Void {
			n.Log.Warn("an application was not notified that a user signed out",
				"client", namespace+"/"+name, "client_id", one.clientID, "outcome", string(outcome), "reason", reason)
		}
	})
}

// persist tries a notice until it is delivered or refused, or its time is up. It also
// returns why the last try failed.
func (n *Notifier) persist(ctx context.Context, one notice, lane string) (Outcome, string) {
	reason := "its turn did not come"
	for pause := n.pause; ; pause = min(2*pause, maxPause) {
		outcome := again
		n.lanes.try(ctx, lane, func() {
			if !n.ends() {
				outcome, reason = n.try(ctx, one)
			}
		})
		switch {
		case outcome != again:
			return outcome, reason
		case n.wait(ctx, pause):
		case ctx.Err() != nil:
			return Failed, reason
		default:
			return Lost, reason
		}
	}
}

// try sends a notice once. Everything is looked up again, since tries are minutes
// apart.
func (n *Notifier) try(ctx context.Context, one notice) (Outcome, string) {
	client, err := n.client(one)
	if err != nil {
		return again, "the clients cannot be read"
	}
	if client == nil {
		return Void, ""
	}
	token, err := n.token(client, one)
	if err != nil {
		return again, err.Error()
	}
	people := client.People()
	return n.sender.send(ctx, people.BackchannelURI, people.BackchannelOwn, token)
}

// token returns a logout token (section 2.4), signed as the client's ID tokens are.
func (n *Notifier) token(client *clients.Client, one notice) (string, error) {
	set, err := n.Keys.Current()
	if err != nil {
		return "", err
	}
	sub, err := subjects.For(set, client, one.subject)
	if err != nil {
		return "", err
	}
	sid, err := set.SessionID(client.GetID(), one.login)
	if err != nil {
		return "", err
	}
	signer, err := set.SignerFor(string(client.Tokens().IDAlgorithm))
	if err != nil {
		return "", err
	}
	now := n.Now()
	payload, err := json.Marshal(map[string]any{
		"iss": n.Issuer(), "sub": sub, "aud": client.GetID(), "sid": sid, "jti": rand.Text(),
		"iat": now.Unix(), "exp": now.Add(lifetime).Unix(),
		"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": struct{}{}},
	})
	if err != nil {
		return "", fmt.Errorf("encode logout token: %w", err)
	}
	return signer.Sign(keys.TypeLogoutToken, payload)
}
