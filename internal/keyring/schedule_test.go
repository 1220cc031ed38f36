package keyring

import (
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// TestTheFormatOfAnEntryWithItsTimes: these, too, are in every cluster and backup.
func TestTheFormatOfAnEntryWithItsTimes(t *testing.T) {
	plain := goldenRing(t).Of(oauthv1alpha1.KeyUseRoot)[0]
	active, staged := plain, plain
	active.ActiveFrom, active.RequestedAt = start.Add(time.Minute), start.Add(-time.Minute)
	staged.Staged = true
	for want, key := range map[string]Key{
		`"createdAt":"2026-01-02T03:04:05Z","jwk"`: plain,
		`"createdAt":"2026-01-02T03:04:05Z","activeFrom":"2026-01-02T03:05:05Z","requestedAt":"2026-01-02T03:03:05Z","jwk"`: active,
		`"createdAt":"2026-01-02T03:04:05Z","staged":true,"jwk"`:                                                            staged,
	} {
		data, err := New(key).Encode()
		if err != nil {
			t.Fatal(err)
		}
		if got := string(data["root.r1"]); !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
		if again, err := Decode(data); err != nil || again.State() != New(key).State() || !again.keys[0].RequestedAt.Equal(key.RequestedAt) {
			t.Errorf("%s reads as %+v, %v", want, again, err)
		}
	}
	both := strings.Replace(rootEntry, `"jwk"`, `"activeFrom":"2026-01-02T03:04:05Z","staged":true,"jwk"`, 1)
	if _, err := Decode(map[string][]byte{"root.r1": []byte(both)}); err == nil {
		t.Error("a key is staged and in use")
	}
}

func TestStatesOfRings(t *testing.T) {
	plain := goldenRing(t)
	key := plain.Of(oauthv1alpha1.KeyUseRoot)[0]
	other, later, staged := key, key, key
	other.ID, later.ActiveFrom, staged.Staged = "r2", start.Add(time.Hour), true
	states := map[string]string{plain.State(): "plain"}
	for name, ring := range map[string]Ring{
		"one more": plain.With(other), "one less": plain.Without("r1"), "used later": plain.With(later), "not used": plain.With(staged),
	} {
		if same, ok := states[ring.State()]; ok {
			t.Errorf("%s has the state of %s", name, same)
		}
		states[ring.State()] = name
	}
}

// Others may keep the keys for shorter than a key is published before it signs.
func TestHowLongKeysAreKept(t *testing.T) {
	for interval, want := range map[time.Duration]struct{ lead, age time.Duration }{
		720 * time.Hour: {10 * time.Minute, 5 * time.Minute}, 20 * time.Minute: {10 * time.Minute, 5 * time.Minute},
		10 * time.Minute: {5 * time.Minute, 150 * time.Second}, time.Second: {time.Second / 2, time.Second / 4},
	} {
		if lead, age := Lead(interval), MaxAge(interval); lead != want.lead || age != want.age {
			t.Errorf("every %s: published %s before, kept for %s", interval, lead, age)
		}
	}
}
