package keys

import (
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// keyStatus is what the status says of the keys.
func keyStatus(named []oauthv1alpha1.KeyStatus, out outcome, now time.Time) []oauthv1alpha1.KeyStatus {
	keys := make([]oauthv1alpha1.KeyStatus, 0, len(out.ring.Keys()))
	for _, key := range out.ring.Keys() {
		status := oauthv1alpha1.KeyStatus{ID: key.ID, Use: key.Use, CreatedAt: metav1.NewTime(key.CreatedAt)}
		if !key.Staged && key.Use != oauthv1alpha1.KeyUsePairwise {
			status.ActiveFrom = &metav1.Time{Time: key.Since()}
		}
		if lifetime, ok := out.lifetimes[key.ID]; ok {
			status.LongestLifetime = &metav1.Duration{Duration: lifetime}
		}
		if at, ok := out.agenda.Retire[key.ID]; ok {
			status.RetireAt = &metav1.Time{Time: at}
		}
		for _, old := range named {
			// That a key has been called retired is not taken back: it may be gone already.
			if old.ID == key.ID && old.Retired(now) {
				status.RetireAt = old.RetireAt
			}
		}
		keys = append(keys, status)
	}
	return keys
}

// explain says what keeps keys from being replaced, nothing as a rule.
func (r outcome) explain() string {
	var why []string
	if r.blocked {
		why = append(why, "The key Secret is immutable, so that no key is replaced: delete it and create it with the same data and without immutable.")
	}
	for _, kind := range r.agenda.Full {
		why = append(why, fmt.Sprintf("The next %s key has to wait: the maximum number of keys is reached, and the old ones are still needed.", kind))
	}
	return strings.Join(why, " ")
}
