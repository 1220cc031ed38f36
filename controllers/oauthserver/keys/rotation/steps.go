package rotation

import (
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
)

// pace returns for how long keys of a kind are used, zero for ever, and for how long
// before that they are published.
func (c Inputs) pace(kind keyring.Kind) (interval, lead time.Duration) {
	if kind.Use == oauthv1alpha1.KeyUseSigning {
		return c.Signing, keyring.Lead(c.Signing)
	}
	return c.Root, 0
}

// advance takes the next key of a kind a step further, and returns when it is used.
func (c Inputs) advance(a *Agenda, kind keyring.Kind, staged, line []keyring.Key) time.Time {
	last := line[len(line)-1]
	interval, lead := c.pace(kind)
	if c.isRevoked(last) {
		lead = 0
	}
	switch {
	case len(staged) > 0:
		return c.activate(a, staged[0], last, lead)
	case last.Since().After(c.Now):
		a.LookAt(last.Since())
		return last.Since()
	case !c.due(last, interval, lead):
		if interval == 0 {
			return time.Time{}
		}
		a.LookAt(last.Since().Add(interval - lead))
		return last.Since().Add(interval)
	case len(line) >= most(kind) && !c.isRevoked(last):
		a.Full = append(a.Full, kind)
		return time.Time{}
	}
	a.Stage = append(a.Stage, kind)
	return c.Now.Add(lead)
}

func most(kind keyring.Kind) int {
	if kind.Use == oauthv1alpha1.KeyUsePepper {
		return keptPeppers
	}
	return keptKeys
}

// due reports whether another key should take the place of the last one.
func (c Inputs) due(last keyring.Key, interval, lead time.Duration) bool {
	return c.isRevoked(last) ||
		!c.Requested.IsZero() && !last.RequestedAt.Equal(c.Requested) ||
		interval > 0 && !c.Now.Before(last.Since().Add(interval-lead))
}

// activate says from when a staged key is used, once every replica has it. Until then one
// may have given away published keys without it, which others keep for a while: a key
// that was loaded late is used late. A key that was made by a clock ahead of this one
// counts from now.
func (c Inputs) activate(a *Agenda, key, last keyring.Key, lead time.Duration) time.Time {
	published := key.CreatedAt
	if published.After(c.Now) {
		published = c.Now
	}
	if !c.Loaded && c.Now.Before(published.Add(peerTimeout)) {
		a.LookAt(c.Now.Add(AskPause))
		return published.Add(lead)
	}
	at := published.Add(lead)
	for _, earliest := range []time.Time{c.Now.Add(max(time.Second, keyring.KeptFor(lead))), last.Since().Add(time.Second)} {
		if at.Before(earliest) {
			at = earliest
		}
	}
	at = WholeSecond(at)
	a.Activate[key.ID] = at
	return at
}

// retire says from when nothing needs a key any more that has a successor, and removes
// it then.
func (c Inputs) retire(a *Agenda, line []keyring.Key, i int) {
	key, since := line[i], line[i+1].Since()
	at := since.Add(slack)
	switch {
	case key.Use == oauthv1alpha1.KeyUsePepper:
		if !c.Now.Before(at) && c.Needed(key.ID) {
			a.LookAt(c.Now.Add(countPause))
			return
		}
	case c.isRevoked(key):
		at = since
	default:
		at = at.Add(c.Lifetimes[key.ID])
		if key.Use == oauthv1alpha1.KeyUseRoot && !c.Now.Before(at) && c.Sealed(key.ID) {
			a.LookAt(c.Now.Add(sealedPause))
			return
		}
	}
	at = WholeSecond(at)
	if key.Use != oauthv1alpha1.KeyUsePepper || !c.Now.Before(at) {
		a.Retire[key.ID] = at
	}
	if c.Now.Before(at) {
		a.LookAt(at)
		return
	}
	newer := len(line) - 2 - i
	hints := key.Use == oauthv1alpha1.KeyUseSigning && newer < hintKeys && !c.isRevoked(key)
	if end := at.Add(c.Session); hints && c.Now.Before(end) {
		a.LookAt(end)
		return
	}
	a.Remove = append(a.Remove, key.ID)
}
