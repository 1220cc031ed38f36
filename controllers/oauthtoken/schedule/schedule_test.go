package schedule

import (
	"fmt"
	"testing"
	"time"
)

var issued = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestWhenATokenIsReplaced(t *testing.T) {
	for sentence, test := range map[string]struct {
		lifetime, first, last time.Duration
	}{
		"an hour":              {time.Hour, 36 * time.Minute, 44 * time.Minute},
		"eight hours":          {8 * time.Hour, 288 * time.Minute, 352 * time.Minute},
		"the shortest":         {181 * time.Second, 108 * time.Second, 121 * time.Second},
		"a week":               {7 * 24 * time.Hour, 100 * time.Hour, 124 * time.Hour},
		"sixty days":           {60 * 24 * time.Hour, 7 * 24 * time.Hour, 7 * 24 * time.Hour},
		"without a known end":  {0, 7 * 24 * time.Hour, 7 * 24 * time.Hour},
		"shorter than allowed": {30 * time.Second, 0, 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			expires := issued.Add(test.lifetime)
			if test.lifetime == 0 {
				expires = time.Time{}
			}
			for spread := 0.0; spread <= 1; spread += 0.25 {
				wait := Next(issued, expires, spread).Sub(issued)
				if wait < test.first || wait > test.last {
					t.Errorf("with spread %v after %s, not between %s and %s", spread, wait, test.first, test.last)
				}
				if !expires.IsZero() && test.lifetime > ShortestLifetime && test.lifetime-wait < reserve {
					t.Errorf("with spread %v only %s before the end", spread, test.lifetime-wait)
				}
			}
		})
	}
}

func TestTheSpreadIsTheSameAfterARestart(t *testing.T) {
	seen := map[float64]bool{}
	for i := range 100 {
		uid := fmt.Sprint(i)
		spread := Spread(uid, issued)
		if spread != Spread(uid, issued) || spread < 0 || spread >= 1 {
			t.Fatalf("the spread of %s is %v", uid, spread)
		}
		seen[spread] = true
	}
	if len(seen) < 50 {
		t.Errorf("a hundred tokens have %d spreads", len(seen))
	}
}

func TestRetries(t *testing.T) {
	for _, test := range []struct {
		failures    int
		asked, want time.Duration
	}{
		{1, 0, 10 * time.Second}, {2, 0, 20 * time.Second}, {6, 0, 320 * time.Second}, {7, 0, 10 * time.Minute}, {1000, 0, 10 * time.Minute},
		{1, time.Minute, time.Minute}, {7, time.Minute, 10 * time.Minute}, {1, 48 * time.Hour, time.Hour}, {0, 0, 10 * time.Second},
	} {
		if got := Retry(test.failures, test.asked); got != test.want {
			t.Errorf("after %d failures, asked for %s: %s, not %s", test.failures, test.asked, got, test.want)
		}
	}
}

func TestWhatIsWrongIsLookedAtLessAndLessOften(t *testing.T) {
	for times, want := range map[int]time.Duration{1: 30 * time.Second, 2: time.Minute, 3: 2 * time.Minute, 4: 4 * time.Minute, 5: 5 * time.Minute, 1000: 5 * time.Minute} {
		if got := Recheck(times, 0); got != want {
			t.Errorf("after %d times %s, not %s", times, got, want)
		}
		if got := Recheck(times, 1); got != want*11/10 {
			t.Errorf("after %d times %s at most", times, got)
		}
	}
}
