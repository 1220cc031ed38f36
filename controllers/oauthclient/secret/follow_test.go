package secret

import (
	"slices"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/credentials"
)

func TestFollow(t *testing.T) {
	for sentence, test := range map[string]struct {
		value  string
		digest []credentials.Credential
		given  string

		change  Change
		digests []string
	}{
		"the first value is published":                  {given: "g", change: Followed, digests: []string{"g"}},
		"a published value that is not written yet":     {given: "g", digest: []credentials.Credential{endless(t, "g")}, digests: []string{"g"}},
		"a value that stays":                            {given: "g", value: "g", digest: []credentials.Credential{endless(t, "g")}, digests: []string{"g"}},
		"a value that stays beside old ones":            {given: "g", value: "g", digest: []credentials.Credential{endless(t, "g"), ending(t, "a", time.Hour)}, digests: []string{"g", "a"}},
		"another value is published before the old one": {given: "g", value: "a", digest: []credentials.Credential{endless(t, "a")}, change: Followed, digests: []string{"g", "a"}},
		"an edited Secret gets the given value back":    {given: "g", value: "edited", digest: []credentials.Credential{endless(t, "g")}, digests: []string{"g"}},
		"a lost Secret gets the given value back":       {given: "g", digest: []credentials.Credential{endless(t, "g"), ending(t, "a", time.Hour)}, digests: []string{"g", "a"}},
		"an old value that is given again has no end":   {given: "g", value: "a", digest: []credentials.Credential{endless(t, "a"), ending(t, "g", time.Hour)}, change: Followed, digests: []string{"g", "a"}},
		"a change that was taken back before it was written": {
			given: "g", value: "g", digest: []credentials.Credential{endless(t, "unseen"), endless(t, "g")}, change: Followed, digests: []string{"g", "unseen"},
		},
		"a Secret that was adopted by no digest": {given: "g", value: "a", change: Followed, digests: []string{"g"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := facts{
				client: uid, needsSecret: true, given: secret(test.given), credentials: slices.Clone(test.digest), now: noon, pepper: pepper(t),
				mint: func() string { t.Error("a secret was minted"); return secret("new") },
			}
			if test.value != "" {
				f.value = secret(test.value)
			}
			got := decide(f)
			if got.Value != f.given || got.Change != test.change {
				t.Errorf("value %q with change %q", got.Value, got.Change)
			}
			if digests := names(got.Credentials, "g", "a", "unseen", "edited"); !slices.Equal(digests, test.digests) {
				t.Errorf("digests of %v, not of %v", digests, test.digests)
			}
			if !got.Credentials[0].ExpiresAt.IsZero() {
				t.Error("the newest digest expires")
			}
		})
	}
}

// The value of a source stays when the client makes its secrets again.
func TestValueThatWasGivenStays(t *testing.T) {
	got := decide(facts{
		client: uid, needsSecret: true, value: secret("g"), credentials: []credentials.Credential{endless(t, "g")}, now: noon,
		pepper: pepper(t), mint: func() string { t.Error("a secret was minted"); return secret("new") },
	})
	if got.Value != secret("g") || got.Change != None {
		t.Errorf("the value became another one: %q", got.Change)
	}
}
