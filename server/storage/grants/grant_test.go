package grants

import (
	"testing"
	"time"
)

func TestWhatPresentingAGenerationMeans(t *testing.T) {
	const grace = 10 * time.Second
	for name, test := range map[string]struct {
		generation, current int64
		after               time.Duration
		grace               time.Duration
		want                Use
	}{
		"the first, unused":                        {1, 1, time.Hour, grace, UseNext},
		"the current one":                          {7, 7, 0, grace, UseNext},
		"the previous one at once":                 {6, 7, 0, grace, UseAgain},
		"the previous one at the end of grace":     {6, 7, grace - time.Millisecond, grace, UseAgain},
		"the previous one after grace":             {6, 7, grace, grace, UseStolen},
		"the previous one without grace":           {6, 7, 0, 0, UseStolen},
		"the one before the previous one":          {5, 7, 0, grace, UseStolen},
		"the first of many":                        {1, 1e6, 0, grace, UseStolen},
		"one that was not issued yet":              {8, 7, 0, grace, UseNever},
		"the previous one, by a clock in the past": {6, 7, -time.Minute, grace, UseAgain},
	} {
		t.Run(name, func(t *testing.T) {
			g := &Grant{Generation: test.current, RefreshedAt: began}
			if got := g.Use(test.generation, test.grace, began.Add(test.after)); got != test.want {
				t.Errorf("got %d, not %d", got, test.want)
			}
		})
	}
}

func TestLifetimesOfAGrant(t *testing.T) {
	hours := func(whole, idle, access int) Lifetimes {
		return Lifetimes{Whole: time.Duration(whole) * time.Hour, Idle: time.Duration(idle) * time.Hour, Access: time.Duration(access) * time.Hour}
	}
	start := began.Truncate(time.Second)
	for name, test := range map[string]struct {
		lifetimes       Lifetimes
		refreshed       time.Duration
		expires, needed time.Duration
	}{
		"idle ends first":                   {hours(720, 24, 1), 0, 24*time.Hour + time.Second, 24*time.Hour + time.Second},
		"a refresh prolongs":                {hours(720, 24, 1), 20 * time.Hour, 44*time.Hour + time.Second, 44*time.Hour + time.Second},
		"the whole cannot be prolonged":     {hours(30, 24, 1), 20 * time.Hour, 30 * time.Hour, 30 * time.Hour},
		"a token outlives the last refresh": {hours(30, 24, 8), 29 * time.Hour, 30 * time.Hour, 37*time.Hour + 678*time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			g := Begin(Grant{}, typicalCode(), test.lifetimes, began)
			if test.refreshed != 0 {
				g = g.Next(test.lifetimes, began.Add(test.refreshed))
			}
			if got := g.ExpiresAt.Sub(start); got != test.expires {
				t.Errorf("it expires after %s", got)
			}
			if got := g.needed.Sub(start); got != test.needed {
				t.Errorf("it is needed for %s", got)
			}
		})
	}
}

// A Grant must be there for as long as its code could be presented again.
func TestGrantIsKeptForTheLifeOfItsCode(t *testing.T) {
	short := Lifetimes{Whole: time.Second, Idle: time.Second, Access: time.Second}
	if g := Begin(Grant{}, typicalCode(), short, began); !g.needed.Equal(typicalCode().ExpiresAt) {
		t.Errorf("needed until %s", g.needed)
	}
}

// A Grant that several codes name must be there until the last of them has expired, also
// once it was refreshed.
func TestGrantIsKeptForTheLifeOfEachOfItsCodes(t *testing.T) {
	short := Lifetimes{Whole: time.Second, Idle: time.Second, Access: time.Second}
	code := typicalCode()
	code.SharedUntil, code.digest = began.Add(time.Hour), []byte("digest-of-a-code")
	g := Begin(Grant{}, code, short, began)
	if !g.needed.Equal(code.SharedUntil) || string(g.redeemed) != string(code.digest) {
		t.Errorf("needed until %s, of code %q", g.needed, g.redeemed)
	}
	if next := g.Next(short, began); !next.needed.Equal(code.SharedUntil) || string(next.redeemed) != string(code.digest) {
		t.Errorf("after a refresh, needed until %s, of code %q", next.needed, next.redeemed)
	}
}

func TestNextChangesNothingButTheGeneration(t *testing.T) {
	g := typicalGrant()
	before := *g
	next := g.Next(Lifetimes{Whole: 720 * time.Hour, Idle: 24 * time.Hour}, began.Add(time.Hour))
	if next.Generation != 2 || string(next.nonce) != string(g.nonce) || string(next.attempt) == string(g.attempt) || !next.RefreshedAt.Equal(began.Add(time.Hour)) {
		t.Errorf("the next one is %+v", next)
	}
	if g.Generation != before.Generation || string(g.attempt) != string(before.attempt) || !g.ExpiresAt.Equal(before.ExpiresAt) {
		t.Errorf("the old one is %+v", g)
	}
}

func TestOfflineGrantNamesNoLogin(t *testing.T) {
	code := typicalCode()
	if g := Begin(Grant{}, code, Lifetimes{}, began); g.Login != loginName {
		t.Errorf("it ends with %q", g.Login)
	}
	code.Offline = true
	if g := Begin(Grant{}, code, Lifetimes{}, began); g.Login != "" {
		t.Errorf("it ends with %q", g.Login)
	}
}
