package health

import (
	"context"
	"fmt"
	"time"

	"github.com/grantor-dev/grantor/internal/lines"
)

// logInterval is how often the server looks whether its log is taken.
const logInterval = time.Second

// logStalled returns an error while the lines of the log are not taken: requests are
// answered as long as there is room for more, but other replicas can do better.
func (h *Health) logStalled() error {
	if stalled := h.Lines.Stalled(); stalled >= lines.StallAfter {
		return fmt.Errorf("the log has not been read for %s", stalled.Truncate(time.Second))
	}
	return nil
}

// reportLog says in the log, for those who read it later, that it was not taken for a while
// and what became of requests.
func (h *Health) reportLog(ctx context.Context) {
	ticker := time.NewTicker(logInterval)
	defer ticker.Stop()
	var since time.Time
	before := h.Lines.Counts()
	for last := before; ; {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		stalled, counts := h.Lines.Stalled(), h.Lines.Counts()
		going := stalled >= logInterval || counts != last
		last = counts
		if since.IsZero() && (stalled >= lines.StallAfter || counts != before) {
			since = time.Now().Add(-stalled)
		}
		if since.IsZero() || going {
			continue
		}
		h.Log.Warn("the log was not read for a while", "seconds", int(time.Since(since).Seconds()),
			"waited", counts.Waited-before.Waited, "refused", counts.Refused-before.Refused)
		since, before = time.Time{}, counts
	}
}
