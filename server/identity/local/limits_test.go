package local

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
)

// clock is a clock that the test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// fail makes n failed attempts and returns how many were let through, and how long
// the next one has to wait.
func fail(l *limits, n int, username, address string) (int, time.Duration) {
	for done := range n {
		_, err := l.begin(username, address)
		if many, ok := errors.AsType[*identity.TooManyError](err); ok {
			return done, many.RetryAfter
		}
	}
	return n, 0
}

func TestLimitOfAUser(t *testing.T) {
	now := newClock()
	l := newLimits(now.Now)
	for i := range 10 {
		if _, err := l.begin("alice", fmt.Sprintf("192.0.2.%d", i)); err != nil {
			t.Fatalf("attempt %d from an address of its own: %v", i, err)
		}
	}
	if n, wait := fail(l, 1, "alice", "192.0.2.99:4711"); n != 0 || wait != 5*time.Second {
		t.Fatalf("%d more, wait %s", n, wait)
	}
	if n, _ := fail(l, 1, "bob", "192.0.2.99"); n != 1 {
		t.Error("another user is shut out")
	}
	now.forward(5*time.Second - 1)
	if n, wait := fail(l, 1, "alice", "192.0.2.99"); n != 0 || wait != 1 {
		t.Errorf("%d more after almost 5 s, wait %s", n, wait)
	}
	now.forward(1)
	if n, wait := fail(l, 9, "alice", "192.0.2.99"); n != 1 || wait != 5*time.Second {
		t.Errorf("%d more after 5 s, wait %s", n, wait)
	}
	now.forward(time.Hour)
	if n, _ := fail(l, 99, "alice", "192.0.2.99"); n != 10 {
		t.Errorf("%d more after an hour", n)
	}
}

func TestLimitOfAnAddress(t *testing.T) {
	tests := map[string]struct {
		address func(i int) string
		allowed int
	}{
		"one IPv4 address":                      {func(int) string { return "192.0.2.1" }, 50},
		"one IPv4 address with many ports":      {func(i int) string { return fmt.Sprintf("192.0.2.1:%d", i+1) }, 50},
		"an IPv4 address in both of its forms":  {func(i int) string { return []string{"192.0.2.1", "::ffff:192.0.2.1"}[i%2] }, 50},
		"many IPv4 addresses":                   {func(i int) string { return fmt.Sprintf("192.0.2.%d", i) }, 200},
		"many IPv6 addresses of one customer":   {func(i int) string { return fmt.Sprintf("[2001:db8:1:2:%x::1]:443", i) }, 50},
		"an IPv6 address with many zones":       {func(i int) string { return fmt.Sprintf("fe80::1%%eth%d", i) }, 50},
		"IPv6 addresses of different customers": {func(i int) string { return fmt.Sprintf("2001:db8:1:%x::1", i) }, 200},
		"what is no address":                    {func(i int) string { return fmt.Sprintf("unknown-%d", i) }, 50},
		"nothing":                               {func(int) string { return "" }, 50},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			l := newLimits(newClock().Now)
			allowed := 0
			for i := range 200 {
				// With and without a user: both count for the address.
				username := []string{"", fmt.Sprintf("user%d", i)}[i%2]
				if _, err := l.begin(username, test.address(i)); err == nil {
					allowed++
				}
			}
			if allowed != test.allowed {
				t.Errorf("%d attempts were let through", allowed)
			}
		})
	}
}

func TestWhatIsUncounted(t *testing.T) {
	l := newLimits(newClock().Now)
	for i := range 1000 {
		a, err := l.begin("alice", "192.0.2.1")
		if err != nil {
			t.Fatalf("after %d attempts that were cancelled: %v", i, err)
		}
		a.cancel()
	}
	for i := range 1000 {
		a, err := l.begin("alice", "192.0.2.1")
		if err != nil {
			t.Fatalf("after %d attempts that succeeded: %v", i, err)
		}
		a.succeed()
	}
}

// TestWhoLoggedInBeforeIsNotShutOut: neither strangers who guess at the user nor
// neighbours behind the same address.
func TestWhoLoggedInBeforeIsNotShutOut(t *testing.T) {
	l := newLimits(newClock().Now)
	a, err := l.begin("alice", "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	a.succeed()
	if n, _ := fail(l, 99, "alice", "198.51.100.1"); n != 10 {
		t.Errorf("a stranger could try %d times", n)
	}
	if n, _ := fail(l, 99, "", "192.0.2.1"); n != 50 {
		t.Errorf("a neighbour could try %d times", n)
	}
	if n, wait := fail(l, 99, "alice", "192.0.2.1"); n != 10 || wait != 5*time.Second {
		t.Errorf("alice could try %d times where she was before, wait %s", n, wait)
	}
	if n, _ := fail(l, 1, "bob", "192.0.2.1"); n != 0 {
		t.Error("bob was never there and may try")
	}
}

// TestManyAtOnce: attempts that are under way count, else as many as fit into the
// queue would be free.
func TestManyAtOnce(t *testing.T) {
	l := newLimits(newClock().Now)
	var group sync.WaitGroup
	results := make(chan error, 100)
	for range cap(results) {
		group.Go(func() {
			_, err := l.begin("alice", "192.0.2.1")
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
	if allowed != 10 {
		t.Errorf("%d at once were let through", allowed)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	b := newBuckets(budget{burst: 2, every: time.Second}, 100)
	now := newClock().Now()
	for key := range uint64(10000) {
		b.add(key, now)
		b.add(1<<32, now)
	}
	if len(b.byKey) != 100 || b.order.Len() != 100 {
		t.Errorf("%d and %d entries", len(b.byKey), b.order.Len())
	}
	if b.wait(1<<32, now) == 0 {
		t.Error("one that fails all the time was forgotten")
	}
	if b.wait(9999, now) != 0 || b.get(1) != nil {
		t.Error("the oldest is still there, or a young one has to wait")
	}
}
