package secret

import (
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/grantor-dev/grantor/internal/credentials"
)

const uid types.UID = "8a6d2f3c-0000-4000-8000-000000000001"

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func pepper(t testing.TB) credentials.Pepper {
	t.Helper()
	p, err := credentials.NewPepper("pepper", make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// secret returns a client secret of the usual length.
func secret(name string) string { return name + "-0123456789-0123456789-0123456789" }

// endless returns the credential of a secret that does not expire.
func endless(t testing.TB, name string) credentials.Credential {
	t.Helper()
	return credentials.New(pepper(t), uid, secret(name), noon.Add(-time.Hour))
}

// request is the rotation that the tests ask for.
var request = noon.Add(-time.Minute)

// asked returns a credential that was made for the request.
func asked(c credentials.Credential) credentials.Credential {
	c.RotationRequestedAt = request
	return c
}

func ending(t testing.TB, name string, in time.Duration) credentials.Credential {
	t.Helper()
	return endless(t, name).ExpireAt(noon.Add(in))
}

// names returns which of the named secrets the credentials are of, in order.
func names(list []credentials.Credential, known ...string) []string {
	var out []string
	for _, credential := range list {
		name := "unknown"
		for _, candidate := range known {
			if credential.Matches(uid, secret(candidate)) {
				name = candidate
			}
		}
		out = append(out, name)
	}
	return out
}

func TestDecide(t *testing.T) {
	for sentence, test := range map[string]struct {
		value  string
		digest []credentials.Credential
		rotate bool
		public bool
		first  bool
		// pending is a value that could not be written yet.
		pending string

		want    string
		change  Change
		digests []string
	}{
		"a client that has nothing gets a secret": {
			first: true, want: "new", change: Created, digests: []string{"new"},
		},
		"a first secret whose writing was cut short is still the first": {
			first: true, digest: []credentials.Credential{endless(t, "unseen")},
			want: "new", change: Created, digests: []string{"new", "unseen"},
		},
		"a value that could not be written is written and not made again": {
			digest: []credentials.Credential{endless(t, "b"), endless(t, "a")}, pending: "b",
			want: "b", change: Lost, digests: []string{"b", "a"},
		},
		"a pending value of another digest is forgotten": {
			digest: []credentials.Credential{endless(t, "a")}, pending: "b",
			want: "new", change: Lost, digests: []string{"new", "a"},
		},
		"a pending value does not meet a later request": {
			value: "a", digest: []credentials.Credential{endless(t, "b"), endless(t, "a")}, pending: "b", rotate: true,
			want: "new", change: Rotated, digests: []string{"new", "b", "a"},
		},
		"a request to rotate what does not exist yet is fulfilled by creating it": {
			first: true, rotate: true, want: "new", change: Created, digests: []string{"new"},
		},
		"a value that the newest digest is of stays": {
			value: "a", digest: []credentials.Credential{endless(t, "a")},
			want: "a", digests: []string{"a"},
		},
		"a value that the newest digest is of stays beside old ones": {
			value: "a", digest: []credentials.Credential{endless(t, "a"), ending(t, "b", time.Hour)},
			want: "a", digests: []string{"a", "b"},
		},
		"a rotation publishes a new digest before the old one": {
			value: "a", digest: []credentials.Credential{endless(t, "a")}, rotate: true,
			want: "new", change: Rotated, digests: []string{"new", "a"},
		},
		"a second rotation keeps what the first one let live": {
			value: "a", digest: []credentials.Credential{endless(t, "a"), ending(t, "b", time.Hour)}, rotate: true,
			want: "new", change: Rotated, digests: []string{"new", "a", "b"},
		},
		"a lost Secret gets a new value and the old digest stays": {
			digest: []credentials.Credential{endless(t, "a")},
			want:   "new", change: Lost, digests: []string{"new", "a"},
		},
		"a lost Secret is replaced once although a rotation is due, too": {
			digest: []credentials.Credential{endless(t, "a")}, rotate: true,
			want: "new", change: Lost, digests: []string{"new", "a"},
		},
		"an edited value is replaced and does not count": {
			value: "edited", digest: []credentials.Credential{endless(t, "a")},
			want: "new", change: Edited, digests: []string{"new", "a"},
		},
		"an edited value that is short is replaced, too": {
			value: "short", digest: []credentials.Credential{endless(t, "a")},
			want: "new", change: Edited, digests: []string{"new", "a"},
		},
		"an old value that comes back is an edited one": {
			value: "b", digest: []credentials.Credential{endless(t, "a"), ending(t, "b", time.Hour)},
			want: "new", change: Edited, digests: []string{"new", "a", "b"},
		},
		"a value without any digest is adopted": {
			value: "a", want: "a", change: Adopted, digests: []string{"a"},
		},
		"a value without any digest is adopted although a rotation is due": {
			value: "a", rotate: true, want: "a", change: Adopted, digests: []string{"a"},
		},
		"a short value without any digest is replaced": {
			value: "short", want: "new", change: Edited, digests: []string{"new"},
		},
		"a newer digest whose value was never written is forgotten": {
			value: "a", digest: []credentials.Credential{endless(t, "unseen"), endless(t, "a")},
			want: "a", digests: []string{"a"},
		},
		"a rotation that was cut short is done": {
			value: "a", digest: []credentials.Credential{endless(t, "unseen"), endless(t, "a")}, rotate: true,
			want: "new", change: Rotated, digests: []string{"new", "unseen", "a"},
		},
		"a rotation that only lacks the end of the old one is not done again": {
			value: "b", digest: []credentials.Credential{asked(endless(t, "b")), endless(t, "a")}, rotate: true,
			want: "b", digests: []string{"b", "a"},
		},
		"a client without need of a secret has none": {
			public: true,
		},
		"a client that becomes public loses its secret and its digests": {
			public: true, value: "a", digest: []credentials.Credential{endless(t, "a")}, change: Removed,
		},
		"a value in the Secret of a public client goes": {
			public: true, value: "a", change: Removed,
		},
		"digests of a public client go": {
			public: true, digest: []credentials.Credential{endless(t, "a")}, change: Removed,
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			minted := 0
			f := facts{
				client: uid, needsSecret: !test.public, credentials: slices.Clone(test.digest), now: noon, neverWritten: test.first, pepper: pepper(t),
				mint: func() string { minted++; return secret("new") },
			}
			if test.rotate {
				f.requested = request
			}
			if test.pending != "" {
				f.pending = secret(test.pending)
			}
			if test.value == "short" {
				f.value = "short"
			} else if test.value != "" {
				f.value = secret(test.value)
			}
			got := decide(f)
			want := ""
			if test.want != "" {
				want = secret(test.want)
			}
			if got.Value != want || got.Change != test.change {
				t.Errorf("value %q with change %q, not %q with %q", got.Value, got.Change, want, test.change)
			}
			if digests := names(got.Credentials, "new", "a", "b", "edited", "unseen"); !slices.Equal(digests, test.digests) {
				t.Errorf("digests of %v, not of %v", digests, test.digests)
			}
			if wantMinted := test.want == "new"; (minted == 1) != wantMinted || minted > 1 {
				t.Errorf("%d secrets were minted", minted)
			}
			for _, credential := range got.Credentials[:min(1, len(got.Credentials))] {
				if !credential.ExpiresAt.IsZero() {
					t.Error("the newest digest expires")
				}
			}
		})
	}
}

func TestLimit(t *testing.T) {
	former := func(n int) []credentials.Credential {
		var list []credentials.Credential
		for i := range n {
			list = append(list, ending(t, string(rune('a'+i)), time.Hour))
		}
		return list
	}
	known := []string{"current", "unseen", "written", "a", "b", "c", "d", "e", "f", "g", "h", "i"}
	for sentence, test := range map[string]struct {
		list []credentials.Credential
		want []string
	}{
		"nothing stays nothing": {},
		"what fits stays as it is": {
			list: append([]credentials.Credential{endless(t, "current")}, former(7)...),
			want: []string{"current", "a", "b", "c", "d", "e", "f", "g"},
		},
		"the oldest goes first": {
			list: append([]credentials.Credential{endless(t, "current")}, former(9)...),
			want: []string{"current", "a", "b", "c", "d", "e", "f", "g"},
		},
		"one that was never written goes before the oldest": {
			list: append([]credentials.Credential{endless(t, "current"), endless(t, "unseen"), endless(t, "written")}, former(6)...),
			want: []string{"current", "written", "a", "b", "c", "d", "e", "f"},
		},
		"the one that is in the Secret stays, however often others were not written": {
			list: []credentials.Credential{
				endless(t, "current"), endless(t, "unseen"), endless(t, "unseen"), endless(t, "unseen"), endless(t, "unseen"),
				endless(t, "unseen"), endless(t, "unseen"), endless(t, "unseen"), endless(t, "written"),
			},
			want: []string{"current", "unseen", "unseen", "unseen", "unseen", "unseen", "unseen", "written"},
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := names(limit(slices.Clone(test.list)), known...); !slices.Equal(got, test.want) {
				t.Errorf("%v, not %v", got, test.want)
			}
		})
	}
}

func TestExpireOld(t *testing.T) {
	for sentence, test := range map[string]struct {
		list    []credentials.Credential
		overlap time.Duration
		// want is how long each remaining credential lives from now on; 0 for ever.
		want []time.Duration
	}{
		"the newest never ends": {
			list: []credentials.Credential{endless(t, "a")}, overlap: time.Hour, want: []time.Duration{0},
		},
		"the old one ends after the overlap": {
			list: []credentials.Credential{endless(t, "a"), endless(t, "b")}, overlap: time.Hour, want: []time.Duration{0, time.Hour},
		},
		"an overlap of zero cuts at once": {
			list: []credentials.Credential{endless(t, "a"), endless(t, "b")}, want: []time.Duration{0},
		},
		"an end that was set is not put off": {
			list: []credentials.Credential{endless(t, "a"), ending(t, "b", time.Minute)}, overlap: time.Hour, want: []time.Duration{0, time.Minute},
		},
		"what has ended is dropped": {
			list:    []credentials.Credential{endless(t, "a"), ending(t, "b", 0), ending(t, "c", -time.Hour), ending(t, "d", time.Second)},
			overlap: time.Hour, want: []time.Duration{0, time.Second},
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			var got []time.Duration
			for _, credential := range ExpireOld(test.list, noon, test.overlap) {
				left := time.Duration(0)
				if !credential.ExpiresAt.IsZero() {
					left = credential.ExpiresAt.Sub(noon)
				}
				got = append(got, left)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%v, not %v", got, test.want)
			}
		})
	}
}
