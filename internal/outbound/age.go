package outbound

import (
	"strconv"
	"strings"
	"time"
)

// Age returns how long an answer may be kept by its Cache-Control (RFC 9111 section 5.2.2.1),
// between least and most, and usual where it does not say.
func Age(cacheControl string, least, usual, most time.Duration) time.Duration {
	for directive := range strings.SplitSeq(strings.ToLower(cacheControl), ",") {
		seconds, ok := strings.CutPrefix(strings.TrimSpace(directive), "max-age=")
		if !ok {
			continue
		}
		if n, err := strconv.ParseUint(seconds, 10, 31); err == nil {
			return min(max(time.Duration(n)*time.Second, least), most)
		}
	}
	return usual
}
