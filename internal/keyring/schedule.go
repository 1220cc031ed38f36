package keyring

import (
	"slices"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Bounds of the schedule.
const (
	longestLead = 10 * time.Minute
	longestAge  = 5 * time.Minute
	// ConsentLifetime is how long what a root key has sealed can be needed, unless
	// refresh tokens live longer: a Consent is remembered for a year.
	ConsentLifetime = 365 * 24 * time.Hour
)

// Lead returns how long a signing key is published before it signs, given how often
// keys are replaced.
func Lead(interval time.Duration) time.Duration { return min(longestLead, interval/2) }

// MaxAge returns how long others may keep the published keys, given how often keys are
// replaced: a copy is fetched again before a key signs that is not in it, with as much
// time again for replicas to hear of the key.
func MaxAge(interval time.Duration) time.Duration { return KeptFor(Lead(interval)) }

// KeptFor returns the same, given how long a key is published before it signs.
func KeptFor(lead time.Duration) time.Duration { return min(longestAge, lead/2) }

// Since returns from when the key is used: a key of an earlier release, from when it
// was made. It means nothing for a staged key.
func (k Key) Since() time.Time {
	if k.ActiveFrom.IsZero() {
		return k.CreatedAt
	}
	return k.ActiveFrom
}

// usable reports whether the key may be used at a time. A key of an earlier release was
// in use as soon as it was there.
func (k Key) usable(now time.Time) bool {
	return !k.Staged && !now.Before(k.ActiveFrom)
}

// Kind returns what the key is for.
func (k Key) Kind() Kind { return Kind{Use: k.Use, Algorithm: k.Algorithm} }

// At returns the keys of one use with the one of each algorithm in front that is in use
// at a time: the last that was taken into use. All replicas find the same one, whenever
// they heard of it. If none may be used, it is the oldest, which every replica knows.
func (r Ring) At(use oauthv1alpha1.KeyUse, now time.Time) []Key {
	var out []Key
	for all := r.Of(use); len(all) > 0; {
		n := 1
		for n < len(all) && all[n].Kind() == all[0].Kind() {
			n++
		}
		first := inUse(all[:n], now)
		out = append(out, all[first])
		out = append(out, all[:first]...)
		out = append(out, all[first+1:n]...)
		all = all[n:]
	}
	return out
}

// inUse returns which of the keys of a kind, the newest first, is in use.
func inUse(list []Key, now time.Time) int {
	best := -1
	for i, key := range list {
		if key.usable(now) && (best < 0 || key.Since().After(list[best].Since())) {
			best = i
		}
	}
	if best < 0 {
		return len(list) - 1
	}
	return best
}

// Switch returns when another key comes into use after a time, zero for never.
func (r Ring) Switch(now time.Time) time.Time {
	var next time.Time
	for _, key := range r.keys {
		if !key.Staged && key.ActiveFrom.After(now) && (next.IsZero() || key.ActiveFrom.Before(next)) {
			next = key.ActiveFrom
		}
	}
	return next
}

// With returns the ring with a key added, or in the place of the one of its id.
func (r Ring) With(key Key) Ring {
	return New(append(r.Without(key.ID).keys, key)...)
}

// Without returns the ring without some keys.
func (r Ring) Without(ids ...string) Ring {
	rest := slices.DeleteFunc(slices.Clone(r.keys), func(k Key) bool { return slices.Contains(ids, k.ID) })
	return Ring{keys: rest}
}

// Lacks returns the entries that a status names and the ring has not, except those that
// nothing needs any more.
func (r Ring) Lacks(named []oauthv1alpha1.KeyStatus, now time.Time) []string {
	var missing []string
	for _, key := range named {
		if !r.Has(key.Use, key.ID) && !key.Retired(now) {
			missing = append(missing, EntryName(key.Use, key.ID))
		}
	}
	return missing
}

// Meeting returns the ring with all keys made for a rotation request.
func (r Ring) Meeting(requested time.Time) Ring {
	keys := slices.Clone(r.keys)
	for i := range keys {
		keys[i].RequestedAt = requested
	}
	return Ring{keys: keys}
}
