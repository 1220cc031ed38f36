package secret

import (
	"slices"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/credentials"
)

// No digest of a value that running pods may hold is dropped within its overlap: the
// change waits until there is room.
func TestAnOldSecretKeepsItsOverlap(t *testing.T) {
	known := []string{"new", "z", "a", "b", "c", "d", "e", "f", "g", "unseen"}
	former := func(first time.Duration) []credentials.Credential {
		var list []credentials.Credential
		for i, name := range known[2:9] {
			list = append(list, ending(t, name, first+time.Duration(6-i)*time.Minute))
		}
		return list
	}
	full := append([]credentials.Credential{endless(t, "z")}, former(10*time.Minute)...)
	for sentence, test := range map[string]struct {
		value, given string
		digest       []credentials.Credential
		rotate       bool

		want    string
		digests []string
		// room is after which time there is room.
		room time.Duration
	}{
		"a requested rotation waits": {
			value: "z", digest: full, rotate: true, want: "z", digests: []string{"z", "a", "b", "c", "d", "e", "f", "g"}, room: 10 * time.Minute,
		},
		"so does the repair of a Secret that is gone": {
			digest: full, digests: []string{"z", "a", "b", "c", "d", "e", "f", "g"}, room: 10 * time.Minute,
		},
		"and of one that was edited": {
			value: "x", digest: full, digests: []string{"z", "a", "b", "c", "d", "e", "f", "g"}, room: 10 * time.Minute,
		},
		"and a value from elsewhere": {
			value: "z", given: "new", digest: full, want: "z", digests: []string{"z", "a", "b", "c", "d", "e", "f", "g"}, room: 10 * time.Minute,
		},
		"not one that is known already": {
			value: "z", given: "g", digest: full, want: "g", digests: []string{"g", "z", "a", "b", "c", "d", "e", "f"},
		},
		"what has ended makes room": {
			value: "z", digest: append([]credentials.Credential{endless(t, "z")}, former(0)...), rotate: true,
			want: "new", digests: []string{"new", "z", "a", "b", "c", "d", "e", "f"},
		},
		"and so does what nobody has seen": {
			value: "z", digest: slices.Concat([]credentials.Credential{endless(t, "unseen"), endless(t, "z")}, former(10 * time.Minute)[:6]), rotate: true,
			want: "new", digests: []string{"new", "z", "a", "b", "c", "d", "e", "f"},
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := facts{
				client: uid, needsSecret: true, credentials: slices.Clone(test.digest), now: noon, pepper: pepper(t),
				mint: func() string { return secret("new") },
			}
			for at, name := range map[*string]string{&f.value: test.value, &f.given: test.given} {
				if name != "" {
					*at = secret(name)
				}
			}
			if test.rotate {
				f.requested = request
			}
			got, want := decide(f), ""
			if test.want != "" {
				want = secret(test.want)
			}
			if got.Value != want {
				t.Errorf("the value is %q, not %q", got.Value, want)
			}
			if digests := names(got.Credentials, known...); !slices.Equal(digests, test.digests) {
				t.Errorf("digests of %v, not of %v", digests, test.digests)
			}
			if room := got.Full; test.room == 0 && !room.IsZero() || test.room > 0 && !room.Equal(noon.Add(test.room)) {
				t.Errorf("there is room at %v", room)
			}
		})
	}
}
