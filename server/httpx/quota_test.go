package httpx

import (
	"strconv"
	"testing"
	"time"
)

func TestQuota(t *testing.T) {
	now := time.Unix(1000, 0)
	q := NewQuota(2, 10)
	taken := func(key string, times int, at time.Time) (allowed int) {
		for range times {
			if q.Take(key, at) {
				allowed++
			}
		}
		return allowed
	}
	if got := taken("one", 50, now); got != 10 {
		t.Errorf("%d at once, wanted the burst", got)
	}
	if got := taken("another", 5, now); got != 5 {
		t.Errorf("another key pays: %d", got)
	}
	if got := taken("one", 50, now.Add(3*time.Second)); got != 6 {
		t.Errorf("%d after three seconds, wanted 6", got)
	}
}

// Whoever comes under many names fills no memory, and those who have used theirs up
// stay known as long as there are others to forget.
func TestQuotaIsBounded(t *testing.T) {
	now := time.Unix(1000, 0)
	q := NewQuota(1, 2)
	for i := range maxKeys - 1 {
		q.Take(strconv.Itoa(i), now)
	}
	later := now.Add(time.Minute)
	for range 3 {
		q.Take("busy", later)
	}
	for i := range 10 {
		q.Take("new"+strconv.Itoa(i), later)
	}
	if len(q.buckets) > 20 {
		t.Errorf("%d keys are remembered that have their whole burst", len(q.buckets))
	}
	if q.Take("busy", later) {
		t.Error("who used up the quota has it again")
	}
	for i := range 2 * maxKeys {
		q.Take("more"+strconv.Itoa(i), later)
	}
	if len(q.buckets) > maxKeys {
		t.Errorf("%d keys are remembered", len(q.buckets))
	}
}
