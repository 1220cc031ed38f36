package limits

import (
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func of(key string) Share { return Share{"test", key, Budget{Burst: 3, Every: time.Second}} }

func TestTake(t *testing.T) {
	l := New()
	for n, test := range []struct {
		after time.Duration
		key   string
		wait  time.Duration
	}{
		{0, "a", 0},
		{0, "a", 0},
		{0, "a", 0},
		{0, "a", time.Second},
		{0, "b", 0},
		{time.Second - 1, "a", 1},
		{time.Second, "a", 0},
		{time.Second, "a", time.Second},
		{time.Hour, "a", 0},
		{time.Hour, "a", 0},
		{time.Hour, "a", 0},
		{time.Hour, "a", time.Second},
	} {
		if wait := l.Take(start.Add(test.after), of(test.key)); wait != test.wait {
			t.Errorf("step %d: wait %s, not %s", n, wait, test.wait)
		}
	}
}

func TestOneShareThatIsUsedUpCostsTheOthersNothing(t *testing.T) {
	l := New()
	for range 3 {
		l.Take(start, of("a"))
	}
	for range 10 {
		if wait := l.Take(start, of("b"), of("a")); wait != time.Second {
			t.Fatalf("wait %s", wait)
		}
	}
	for range 3 {
		if wait := l.Take(start, of("b")); wait != 0 {
			t.Fatalf("b paid for a: wait %s", wait)
		}
	}
}

func TestReturnAndCharge(t *testing.T) {
	l := New()
	for range 100 {
		if wait := l.Take(start, of("a")); wait != 0 {
			t.Fatalf("wait %s although all was returned", wait)
		}
		l.Return(of("a"))
	}
	for range 100 {
		l.Charge(start, of("a"))
	}
	if wait := l.Take(start, of("a")); wait != time.Second {
		t.Errorf("after many charges at once: wait %s", wait)
	}
	if wait := l.Take(start.Add(3*time.Second), of("a")); wait != 0 {
		t.Errorf("when all is forgotten: wait %s", wait)
	}
}

func TestManyAtOnce(t *testing.T) {
	l := New()
	var group sync.WaitGroup
	var taken atomic.Int32
	for range 100 {
		group.Go(func() {
			if l.Take(start, of("a")) == 0 {
				taken.Add(1)
			}
		})
	}
	group.Wait()
	if taken.Load() != 3 {
		t.Errorf("%d at once", taken.Load())
	}
}

func TestMemoryIsBounded(t *testing.T) {
	l := New()
	l.max = 100
	l.Take(start, Share{"other", "a", Budget{1, time.Hour}})
	for n := range 10_000 {
		l.Take(start, of(fmt.Sprint(n)))
	}
	if kept := l.full["test"].Len(); kept > 200 {
		t.Errorf("%d keys are kept", kept)
	}
	if l.Take(start, Share{"other", "a", Budget{1, time.Hour}}) == 0 {
		t.Error("keys of another kind were pushed out")
	}
}

func TestNetworks(t *testing.T) {
	for name, test := range map[string]struct {
		address func(n int) string
		taken   int
	}{
		"one IPv4 address":                     {func(int) string { return "192.0.2.1" }, 10},
		"an IPv4 address in both of its forms": {func(n int) string { return []string{"192.0.2.1", "::ffff:192.0.2.1"}[n%2] }, 10},
		"many IPv4 addresses":                  {func(n int) string { return fmt.Sprintf("192.0.2.%d", n) }, 200},
		"an IPv6 address with many zones":      {func(n int) string { return fmt.Sprintf("fe80::1%%eth%d", n) }, 10},
		"a /64":                                {func(n int) string { return fmt.Sprintf("2001:db8:1:2:%x::1", n) }, 10},
		"a /56":                                {func(n int) string { return fmt.Sprintf("2001:db8:1:%x::1", n) }, 20},
		"a /48":                                {func(n int) string { return fmt.Sprintf("2001:db8:1:%x::1", n<<8) }, 40},
		"many networks":                        {func(n int) string { return fmt.Sprintf("2001:db8:%x::1", n) }, 200},
	} {
		t.Run(name, func(t *testing.T) {
			l, taken := New(), 0
			for n := range 200 {
				if l.Take(start, Networks("test", "x", netip.MustParseAddr(test.address(n)), Budget{10, time.Second})...) == 0 {
					taken++
				}
			}
			if taken != test.taken {
				t.Errorf("%d times, not %d", taken, test.taken)
			}
		})
	}
	if shares := Networks("test", "x", netip.Addr{}, Budget{10, time.Second}); shares != nil {
		t.Errorf("no address has %v", shares)
	}
}

// A clock that is set back shuts nothing out for longer than one time takes to be forgotten.
func TestAClockThatIsSetBack(t *testing.T) {
	l := New()
	for range 3 {
		l.Take(start, of("a"))
	}
	earlier := start.Add(-time.Hour)
	if wait := l.Take(earlier, of("a")); wait != time.Second {
		t.Errorf("wait %s", wait)
	}
	l.Charge(earlier, of("a"))
	if wait := l.Take(earlier.Add(time.Second), of("a")); wait != 0 {
		t.Errorf("after a second wait %s", wait)
	}
}
