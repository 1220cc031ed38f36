package capacity

import (
	"time"

	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/limits"
)

const (
	// interval is how long the operator takes at most until it counts again, and deletes what
	// is in excess.
	interval = serverspec.CountInterval
	// fewest is how many objects a replica may take in any case while they are free. A
	// limit is passed by a few hundred at most.
	fewest = 100
)

// What is bounded, and for whom. grantsOfBoth are those of one user and one client.
const (
	grantsOfBoth        limits.Kind = "grants of both"
	grantsOfUser        limits.Kind = "grants of user"
	grantsOfClient      limits.Kind = "grants of client"
	grantsOfServer      limits.Kind = "grants"
	loginsOfUser        limits.Kind = "logins of user"
	loginsOfServer      limits.Kind = "logins"
	assertionsOfClient  limits.Kind = "assertions of client"
	revocationsOfClient limits.Kind = "revocations of client"
	marksOfServer       limits.Kind = "marks"
	approvalsOfServer   limits.Kind = "approvals"
	connectionsOfUser   limits.Kind = "connections of user"
	connectionsOfServer limits.Kind = "connections"
	personsOfServer     limits.Kind = "persons"
	enrollmentsOfServer limits.Kind = "enrollments"
)

// ofUnregistered is the key of all clients without an OAuthClient.
const ofUnregistered = "unregistered"

// connectionsOfPerson is how often a person comes back from a provider.
var connectionsOfPerson = limits.Budget{Burst: 10, Every: 12 * time.Second}

// marksOfClient is what an application needs at once and, over time and at three replicas,
// less than a fifth of the default of maxMarks.
var marksOfClient = limits.Budget{Burst: 400, Every: time.Second / 5}

// take takes one of as many as a key may have at once, and in each interval again.
func (c *Capacity) take(kind limits.Kind, key string, most int64) bool {
	return most > 0 && c.limiter.Take(c.Now(), share(kind, key, most)) == 0
}

func share(kind limits.Kind, key string, most int64) limits.Share {
	return limits.Share{Kind: kind, Key: key, Budget: limits.Budget{Burst: int(most), Every: interval / time.Duration(most)}}
}

// part returns what a replica takes of a number at once: a tenth, since others take some at
// the same time. What four replicas take between two counts is free.
func part(n int64) int64 { return min(n, max(n/10, fewest)) }
