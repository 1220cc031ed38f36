package credentials

import (
	"errors"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// TestADigestHasOneSpelling: an entry that opens is one that the operator wrote,
// to the last character.
func TestADigestHasOneSpelling(t *testing.T) {
	peppers := Peppers{pepper(t, "p1", 1)}
	good := New(peppers[0], uid, secret, start).Status(uid)
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, good.Digest[len(good.Digest)-1])
	for name, digest := range map[string]string{
		"the unused bits of the last character": good.Digest[:len(good.Digest)-1] + string(alphabet[last^1]),
		"a newline at the end":                  good.Digest + "\n",
		"a newline inside":                      good.Digest[:20] + "\r\n" + good.Digest[20:],
	} {
		t.Run(name, func(t *testing.T) {
			entry := good
			entry.Digest = digest
			if _, err := Open(peppers, uid, entry); !errors.Is(err, ErrNotSealed) {
				t.Errorf("opened: %v", err)
			}
		})
	}
}

// TestNoEndIsNotTheEpoch: the seal covers whether there is an end at all.
func TestNoEndIsNotTheEpoch(t *testing.T) {
	peppers := Peppers{pepper(t, "p1", 1)}
	entry := New(peppers[0], uid, secret, start).Status(uid)
	epoch := metav1.NewTime(time.Unix(0, 0))
	entry.ExpiresAt = &epoch
	if _, err := Open(peppers, uid, entry); !errors.Is(err, ErrNotSealed) {
		t.Errorf("opened: %v", err)
	}
}

// TestAPepperWhoseDigestsOpen: the id is a part of the digest, between dots.
func TestAPepperWhoseDigestsOpen(t *testing.T) {
	for _, id := range []string{"a", "a-b_c", "a.b", ""} {
		p, err := NewPepper(id, make([]byte, 32))
		if err != nil {
			continue
		}
		if _, err := Open(Peppers{p}, uid, New(p, uid, secret, start).Status(uid)); err != nil {
			t.Errorf("a pepper with id %q makes digests that do not open: %v", id, err)
		}
	}
}
