package main

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

func TestPercentile(t *testing.T) {
	hundred := latencies{nil, nil}
	for i := range 100 {
		hundred[i%2] = append(hundred[i%2], time.Duration(100-i)*time.Millisecond)
	}
	for name, test := range map[string]struct {
		of   latencies
		part float64
		want float64
	}{
		"half of a hundred":             {hundred, 0.5, 50},
		"ninety-nine of a hundred":      {hundred, 0.99, 99},
		"all of a hundred":              {hundred, 1, 100},
		"ninety-nine in a hundred of 2": {latencies{{time.Millisecond}, {2 * time.Millisecond}}, 0.99, 2},
		"half of one":                   {latencies{{3 * time.Millisecond}}, 0.5, 3},
		"of none":                       {latencies{nil}, 0.5, 0},
	} {
		if got := test.of.percentile(test.part); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestDriveTakesEveryStepOnce(t *testing.T) {
	var steps atomic.Int64
	var busy [4]atomic.Bool
	_, err := drive(4, 1000, func(worker int) error {
		if !busy[worker].CompareAndSwap(false, true) {
			return errors.New("a worker did two steps at once")
		}
		defer busy[worker].Store(false)
		steps.Add(1)
		return nil
	})
	if err != nil || steps.Load() != 1000 {
		t.Errorf("%d steps, %v, want 1000", steps.Load(), err)
	}
}

func TestDriveEndsWithAFailure(t *testing.T) {
	var steps atomic.Int64
	failed := errors.New("failed")
	_, err := drive(2, 1_000_000_000, func(int) error {
		steps.Add(1)
		return failed
	})
	if !errors.Is(err, failed) || steps.Load() > 2 {
		t.Errorf("%d steps, %v, want at most one of each worker", steps.Load(), err)
	}
}
