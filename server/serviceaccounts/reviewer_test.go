package serviceaccounts

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/limits"
)

// clock is a time that tests set.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func TestAnswersCountForSeconds(t *testing.T) {
	c := &clock{time.Unix(1_800_000_000, 0)}
	a, key := newAnswers(c.now), digest(sha256.Sum256([]byte("a")))
	expect := func(when, username string, fresh, known bool) {
		t.Helper()
		if u, f, k := a.get(key); u != username || f != fresh || k != known {
			t.Errorf("%s: %q, counts %t, known %t", when, u, f, k)
		}
	}
	expect("before anything was asked", "", false, false)
	a.put(key, "", c.Time)
	expect("when it was refused", "", true, false)
	c.Time = c.Add(disbelieved)
	expect("seconds later", "", false, false)
	a.put(key, "app", c.Time)
	expect("when it was authentic", "app", true, true)
	c.Time = c.Add(believed - 1)
	expect("before the answer ends", "app", true, true)
	c.Time = c.Add(1)
	expect("when the answer ends", "app", false, true)
	a.put(key, "", c.Time)
	expect("when it was refused after all", "", true, true)
	c.Time = c.Add(disbelieved)
	expect("when that has ended", "", false, true)
}

// Guesses push out guesses, never tokens that were authentic, and take a bounded room.
func TestGuessesPushOutNoAuthenticToken(t *testing.T) {
	c := &clock{time.Unix(1_800_000_000, 0)}
	a, good := newAnswers(c.now), digest(sha256.Sum256([]byte("good")))
	a.put(good, "app", c.Time)
	for n := range 5 * maxAnswers {
		a.put(sha256.Sum256(fmt.Append(nil, n)), "", c.Time)
	}
	if username, fresh, _ := a.get(good); username != "app" || !fresh {
		t.Error("the authentic token was forgotten")
	}
	if kept := a.not.Len(); kept > 2*maxAnswers {
		t.Errorf("%d guesses are remembered", kept)
	}
}

func TestSharesOfStrangers(t *testing.T) {
	c := &clock{time.Unix(1_800_000_000, 0)}
	l := limits.New()
	taken := func(q Question, tries int) (n int) {
		for range tries {
			if l.Take(c.Time, shares(q)...) == 0 {
				n++
			}
		}
		return n
	}
	if n := taken(Question{Address: netip.MustParseAddr("192.0.2.1"), Client: "a"}, 1000); n != perAddress.Burst {
		t.Errorf("an address may ask %d times at once", n)
	}
	if n := taken(Question{Address: netip.MustParseAddr("192.0.2.2"), Client: "b"}, 10); n != 10 {
		t.Errorf("another address may then ask %d times of 10", n)
	}
	n := 0
	for customer := range 1000 {
		n += taken(Question{Address: netip.MustParseAddr(fmt.Sprintf("2001:db8::%x", customer)), Client: "b"}, 1)
	}
	if n != perAddress.Burst {
		t.Errorf("a customer with many addresses may ask %d times at once", n)
	}
	c.Time = c.Add(time.Minute)
	n = 0
	for address := range 1000 {
		n += taken(Question{Address: netip.MustParseAddr(fmt.Sprintf("198.51.%d.%d", address/200, address%200)), Client: "a"}, 1)
	}
	if n != perClient.Burst {
		t.Errorf("many addresses may ask %d times at once for one client", n)
	}
	if n := taken(Question{Address: netip.MustParseAddr("192.0.2.3"), Client: "c"}, 10); n != 10 {
		t.Errorf("another client may then ask %d times of 10", n)
	}
}
