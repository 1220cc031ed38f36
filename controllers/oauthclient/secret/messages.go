package secret

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// notes are what events say about changes; %q is the name of the Secret.
var notes = map[Change]struct{ eventType, format string }{
	Created:  {corev1.EventTypeNormal, "Created a client secret and wrote it to Secret %q."},
	Adopted:  {corev1.EventTypeNormal, "Adopted the client secret in Secret %q."},
	Rotated:  {corev1.EventTypeNormal, "Rotated the client secret in Secret %q; the previous one authenticates until its overlap ends."},
	Lost:     {corev1.EventTypeWarning, "Secret %q was missing and was written again with a new client secret; the previous one authenticates until its overlap ends."},
	Edited:   {corev1.EventTypeWarning, "Secret %q was edited; the edited value never authenticates and was replaced by a new client secret. The previous one authenticates until its overlap ends."},
	Followed: {corev1.EventTypeNormal, "Copied the client secret that spec.secret.from names to Secret %q; the previous one authenticates until its overlap ends."},
	Removed:  {corev1.EventTypeNormal, "Removed the client secret from Secret %q; the client does not authenticate."},
}

// Note returns the type and the format of the event about a change, whose argument is the
// name of the Secret; empty for None.
func (c Change) Note() (eventType, format string) {
	return notes[c].eventType, notes[c].format
}

// ReadyMessage says that a Secret holds what authenticates, and whether the next value
// waits.
func (p Plan) ReadyMessage(name string) string {
	message := fmt.Sprintf("Secret %q holds the client's credentials.", name)
	if p.Full.IsZero() {
		return message
	}
	return fmt.Sprintf("%s The next rotation waits until %s: all %d previous ones that are kept are within their overlap. Shorten spec.secret.rotation.overlap to end them earlier.",
		message, p.Full.UTC().Format(time.RFC3339), MaxCredentials-1)
}

// CapacityMessage says why a Secret is not repaired yet.
func (p Plan) CapacityMessage(name string) string {
	return fmt.Sprintf("Secret %q was deleted or edited repeatedly, and all %d previous client secrets that are kept are within their overlap. A new one is made at %s. Find out what changes the Secret, or shorten spec.secret.rotation.overlap.",
		name, MaxCredentials-1, p.Full.UTC().Format(time.RFC3339))
}
