package guesses

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
)

// clock is a clock that the test moves between what it does.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *clock) Now() time.Time { return c.now }

func (c *clock) forward(d time.Duration) { c.now = c.now.Add(d) }

// at returns an address; "" is one that many users share.
func at(text string) netip.Addr {
	if text == "" {
		return netip.Addr{}
	}
	return netip.MustParseAddr(text)
}

// from returns the n-th of many addresses.
func from(n int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
}

// fail makes n failed attempts and returns how many were let through, and how long
// the next one has to wait.
func fail(a *Limits, n int, username string, address netip.Addr, browser string) (int, time.Duration) {
	for done := range n {
		_, err := a.Begin(username, address, browser)
		if many, ok := errors.AsType[*identity.TooManyError](err); ok {
			return done, many.RetryAfter
		}
	}
	return n, 0
}

// succeeds reports whether a right password is compared.
func succeeds(a *Limits, username string, address netip.Addr, browser string) bool {
	attempt, err := a.Begin(username, address, browser)
	if err == nil {
		attempt.Cancel()
	}
	return err == nil
}

func TestLimitOfAUser(t *testing.T) {
	now := newClock()
	a := NewLimits(now.Now)
	for n := range perUser.Burst {
		if _, err := a.Begin("alice", from(n), ""); err != nil {
			t.Fatalf("attempt %d from an address of its own: %v", n, err)
		}
	}
	if n, wait := fail(a, 1, "alice", at("192.0.2.99"), ""); n != 0 || wait != 5*time.Second {
		t.Fatalf("%d more, wait %s", n, wait)
	}
	if n, _ := fail(a, 1, "bob", at("192.0.2.99"), ""); n != 1 {
		t.Error("another user is shut out")
	}
	now.forward(5*time.Second - 1)
	if n, wait := fail(a, 1, "alice", at("192.0.2.99"), ""); n != 0 || wait != 1 {
		t.Errorf("%d more after almost 5 s, wait %s", n, wait)
	}
	now.forward(1)
	if n, wait := fail(a, 9, "alice", at("192.0.2.99"), ""); n != 1 || wait != 5*time.Second {
		t.Errorf("%d more after 5 s, wait %s", n, wait)
	}
}

// TestLimits: how many wrong passwords are compared at once.
func TestLimits(t *testing.T) {
	name := func(n int) string { return fmt.Sprintf("user%d", n) }
	alice := func(int) string { return "alice" }
	mixed := func(n int) string { return []string{"", name(n)}[n%2] }
	for sentence, test := range map[string]struct {
		username, address, browser func(n int) string
		wanted                     int
	}{
		"one user at one address":                 {username: alice, address: func(int) string { return "192.0.2.1" }, wanted: 10},
		"one user in a /64":                       {username: alice, address: func(n int) string { return fmt.Sprintf("2001:db8:1:2:%x::1", n) }, wanted: 10},
		"one user in a /56":                       {username: alice, address: func(n int) string { return fmt.Sprintf("2001:db8:1:%x::1", n%200) }, wanted: 20},
		"one user in a /48":                       {username: alice, address: func(n int) string { return fmt.Sprintf("2001:db8:1:%x::1", n%200<<8) }, wanted: 40},
		"one user at an address that all share":   {username: alice, address: func(int) string { return "" }, wanted: 60},
		"many users at one address":               {username: name, address: func(int) string { return "192.0.2.1" }, wanted: 50},
		"with and without a user at one address":  {username: mixed, address: func(int) string { return "192.0.2.1" }, wanted: 50},
		"many users in a /48":                     {username: name, address: func(n int) string { return fmt.Sprintf("2001:db8:1:%x::1", n%200<<8) }, wanted: 200},
		"many users at an address that all share": {username: name, address: func(int) string { return "" }, wanted: 400},
		"one user in one known browser":           {username: alice, address: func(n int) string { return from(n).String() }, browser: func(int) string { return "b" }, wanted: 10},
	} {
		t.Run(sentence, func(t *testing.T) {
			a, compared := NewLimits(newClock().Now), 0
			for n := range 400 {
				browser := ""
				if test.browser != nil {
					browser = test.browser(n)
				}
				if _, err := a.Begin(test.username(n), at(test.address(n)), browser); err == nil {
					compared++
				}
			}
			if compared != test.wanted {
				t.Errorf("%d, not %d", compared, test.wanted)
			}
		})
	}
}

// TestOneAddressLocksNobodyOut: a stranger who polls names without waiting, and an owner who
// comes from elsewhere each second.
func TestOneAddressLocksNobodyOut(t *testing.T) {
	polls := map[string]func(n int) netip.Addr{
		"an IPv4 address":        func(int) netip.Addr { return at("198.51.100.66") },
		"the addresses of a /48": func(n int) netip.Addr { return at(fmt.Sprintf("2001:db8:1:%x::66", n%65536)) },
	}
	for _, names := range []int{1, 5} {
		for sentence, poller := range polls {
			t.Run(fmt.Sprintf("%d names from %s", names, sentence), func(t *testing.T) {
				now := newClock()
				a := NewLimits(now.Now)
				refused, polled := 0, 0
				for second := range 600 {
					for range 5 {
						fail(a, 1, fmt.Sprintf("user%d", polled%names), poller(polled), "")
						polled++
						now.forward(time.Second / 5)
					}
					owner, address := fmt.Sprintf("user%d", second%names), from(second)
					if !succeeds(a, owner, address, "") {
						refused++
					}
				}
				if refused > 0 {
					t.Errorf("the right password was refused %d of 600 times", refused)
				}
			})
		}
	}
}

// TestAnAddressThatDoesNotWaitIsShutOut, and its neighbours are not.
func TestAnAddressThatDoesNotWaitIsShutOut(t *testing.T) {
	now := newClock()
	a := NewLimits(now.Now)
	poller, neighbour := at("2001:db8:1:2::1"), at("2001:db8:1:3::1")
	for range 600 * 5 {
		fail(a, 1, "alice", poller, "")
		now.forward(time.Second / 5)
	}
	if n, wait := fail(a, 1, "bob", poller, ""); n != 0 || wait > time.Second {
		t.Errorf("it may try another name %d times, wait %s", n, wait)
	}
	if !succeeds(a, "bob", neighbour, "") {
		t.Error("a neighbour is shut out")
	}
	now.forward(10 * time.Second)
	if !succeeds(a, "bob", poller, "") {
		t.Error("it is shut out for longer than it polls")
	}
}

// TestManyAddressesLockNoKnownBrowserOut, and cannot guess more than the budget of a user.
func TestManyAddressesLockNoKnownBrowserOut(t *testing.T) {
	now := newClock()
	a := NewLimits(now.Now)
	compared, refused := 0, 0
	for n := range 24 * 3600 {
		tried, _ := fail(a, 3, "alice", from(n), "")
		compared += tried
		if !succeeds(a, "alice", at("192.0.2.1"), "known") {
			refused++
		}
		now.forward(time.Second)
	}
	if refused > 0 {
		t.Errorf("the known browser was refused %d times", refused)
	}
	if most := perUser.Burst + int(24*time.Hour/perUser.Every); compared > most || compared < most-1 {
		t.Errorf("%d passwords were compared in a day, not %d", compared, most)
	}
	if n, _ := fail(a, 99, "alice", at("192.0.2.1"), "known"); n != perBrowser.Burst {
		t.Errorf("the known browser may fail %d times", n)
	}
	if n, _ := fail(a, 99, "bob", at("192.0.2.1"), ""); n != perPair.Burst {
		t.Errorf("another user may then fail %d times at its address", n)
	}
}

func TestWhatIsUncounted(t *testing.T) {
	a := NewLimits(newClock().Now)
	for _, browser := range []string{"", "known"} {
		for n := range 1000 {
			if !succeeds(a, "alice", at("2001:db8::1"), browser) {
				t.Fatalf("refused after %d attempts that were cancelled or succeeded", n)
			}
		}
	}
}

// TestManyAtOnce: attempts that are under way count, else as many as fit into the
// queue would be free.
func TestManyAtOnce(t *testing.T) {
	a := NewLimits(newClock().Now)
	var group sync.WaitGroup
	results := make(chan error, 100)
	for range cap(results) {
		group.Go(func() {
			_, err := a.Begin("alice", at("192.0.2.1"), "")
			results <- err
		})
	}
	group.Wait()
	close(results)
	allowed := 0
	for err := range results {
		if err == nil {
			allowed++
		}
	}
	if allowed != perPair.Burst {
		t.Errorf("%d at once were let through", allowed)
	}
}
