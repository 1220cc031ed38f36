package schedule

import (
	"hash/fnv"
	"strconv"
	"time"
)

const (
	// ShortestLifetime is that of a token which is refused: the kubelet needs more than a
	// minute until pods see another one, and a refresh may have to be repeated.
	ShortestLifetime = 3 * time.Minute
	// LeastInterval is between two requests for new access tokens of one OAuthToken, whatever
	// the provider answers.
	LeastInterval = 10 * time.Second
	// AuthorizationDue is how long before its end people are told of a token that only they
	// can replace.
	AuthorizationDue = 24 * time.Hour

	// longest is how long a token is used, so that a refresh token does not end unused.
	longest = 7 * 24 * time.Hour
	// reserve is left of the lifetime at least.
	reserve = time.Minute

	firstRecheck = 30 * time.Second
	lastRecheck  = 5 * time.Minute

	firstRetry = 10 * time.Second
	lastRetry  = 10 * time.Minute
	// longestWait bounds what a provider can ask for with Retry-After.
	longestWait = time.Hour
)

// Next returns when a token is replaced: after two thirds of its lifetime, give or take a
// tenth of that, after a week at the latest, and a minute before it expires at the latest.
// The spread is between 0 and 1.
func Next(issued, expires time.Time, spread float64) time.Time {
	if expires.IsZero() {
		return issued.Add(longest)
	}
	lifetime := expires.Sub(issued)
	wait := min(time.Duration(float64(lifetime)*2/3*(0.9+spread/5)), longest, lifetime-reserve)
	return issued.Add(max(wait, 0)).Truncate(time.Second)
}

// Spread returns a number between 0 and 1 that is the same whenever the same is asked, so
// that a restart changes no plan, and differs between tokens.
func Spread(uid string, issued time.Time) float64 {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(uid + strconv.FormatInt(issued.Unix(), 10)))
	return float64(hash.Sum32()%1000) / 1000
}

// Recheck returns how long to wait until what no watch tells of is looked at again, after it
// was found wrong some times in a row: half a minute, then longer, up to five minutes.
func Recheck(times int, spread float64) time.Duration {
	wait := lastRecheck
	if times < 5 {
		wait = min(firstRecheck<<max(times-1, 0), lastRecheck)
	}
	return wait + time.Duration(spread*float64(wait)/10)
}

// Retry returns how long to wait after some failures in a row: ten seconds, then twice as
// long each time, up to ten minutes, and never less than the provider asks for.
func Retry(failures int, asked time.Duration) time.Duration {
	wait := lastRetry
	if failures < 7 {
		wait = min(firstRetry<<max(failures-1, 0), lastRetry)
	}
	return max(wait, min(asked, longestWait))
}
