package serviceaccounts

import (
	"errors"
	"time"

	"github.com/grantor-dev/grantor/server/limits"
)

// ErrBusy says that too many tokens were sent that were never seen to be authentic.
var ErrBusy = errors.New("too many unknown tokens")

// How many unknown tokens may be asked about. A pod has a new one every hour, so that only
// unknown tokens need more.
var (
	perAddress = limits.Budget{Burst: 100, Every: time.Second / 20}
	perClient  = limits.Budget{Burst: 200, Every: time.Second / 50}
	perServer  = limits.Budget{Burst: 400, Every: time.Second / 200}
)

// shares returns what a question about an unknown token counts for. One that is refused
// costs none of them, so that an unknown caller does not use up those of others.
func shares(q Question) []limits.Share {
	return append(limits.Networks("address", "", q.Address, perAddress),
		limits.Share{Kind: "client", Key: q.Client, Budget: perClient}, limits.Share{Kind: "server", Budget: perServer})
}
