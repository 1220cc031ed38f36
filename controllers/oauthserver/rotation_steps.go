package oauthserver

import (
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/keyring"
)

// pace returns for how long keys of a kind are used, zero for ever, and for how long
// before that they are published.
func (c circumstances) pace(kind keyring.Kind) (interval, lead time.Duration) {
	if kind.Use == oauthv1alpha1.KeyUseSigning {
		return c.signing, keyring.Lead(c.signing)
	}
	return c.root, 0
}

// advance takes the next key of a kind a step further, and returns when it is used.
func (c circumstances) advance(a *agenda, kind keyring.Kind, staged, line []keyring.Key) time.Time {
	last := line[len(line)-1]
	interval, lead := c.pace(kind)
	if c.isRevoked(last) {
		lead = 0
	}
	switch {
	case len(staged) > 0:
		return c.activate(a, staged[0], last, lead)
	case last.Since().After(c.now):
		a.look(last.Since())
		return last.Since()
	case !c.due(last, interval, lead):
		if interval == 0 {
			return time.Time{}
		}
		a.look(last.Since().Add(interval - lead))
		return last.Since().Add(interval)
	case len(line) >= most(kind) && !c.isRevoked(last):
		a.full = append(a.full, kind)
		return time.Time{}
	}
	a.stage = append(a.stage, kind)
	return c.now.Add(lead)
}

func most(kind keyring.Kind) int {
	if kind.Use == oauthv1alpha1.KeyUsePepper {
		return keptPeppers
	}
	return keptKeys
}

// due reports whether another key should take the place of the last one.
func (c circumstances) due(last keyring.Key, interval, lead time.Duration) bool {
	return c.isRevoked(last) ||
		!c.requested.IsZero() && !last.RequestedAt.Equal(c.requested) ||
		interval > 0 && !c.now.Before(last.Since().Add(interval-lead))
}

// activate says from when a staged key is used, once every replica has it. Until then one
// may have given away published keys without it, which others keep for a while: a key
// that was loaded late is used late. A key that was made by a clock ahead of this one
// counts from now.
func (c circumstances) activate(a *agenda, key, last keyring.Key, lead time.Duration) time.Time {
	published := key.CreatedAt
	if published.After(c.now) {
		published = c.now
	}
	if !c.loaded && c.now.Before(published.Add(patience)) {
		a.look(c.now.Add(askPause))
		return published.Add(lead)
	}
	at := published.Add(lead)
	for _, earliest := range []time.Time{c.now.Add(max(time.Second, keyring.KeptFor(lead))), last.Since().Add(time.Second)} {
		if at.Before(earliest) {
			at = earliest
		}
	}
	at = wholeSecond(at)
	a.activate[key.ID] = at
	return at
}

// retire says from when nothing needs a key any more that has a successor, and removes
// it then.
func (c circumstances) retire(a *agenda, line []keyring.Key, i int) {
	key, since := line[i], line[i+1].Since()
	at := since.Add(slack)
	switch {
	case key.Use == oauthv1alpha1.KeyUsePepper:
		if !c.now.Before(at) && c.needed(key.ID) {
			a.look(c.now.Add(countPause))
			return
		}
	case c.isRevoked(key):
		at = since
	default:
		at = at.Add(c.lifetimes[key.ID])
	}
	at = wholeSecond(at)
	if key.Use != oauthv1alpha1.KeyUsePepper || !c.now.Before(at) {
		a.retire[key.ID] = at
	}
	if c.now.Before(at) {
		a.look(at)
		return
	}
	newer := len(line) - 2 - i
	hints := key.Use == oauthv1alpha1.KeyUseSigning && newer < hintKeys && !c.isRevoked(key)
	if end := at.Add(c.session); hints && c.now.Before(end) {
		a.look(end)
		return
	}
	a.remove = append(a.remove, key.ID)
}
