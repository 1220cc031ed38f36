package main

import (
	"errors"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// drive calls step n times, by several workers at once, each of which begins its next
// step when the one before has ended. It returns how long all took together. After a
// failure no worker begins another step.
func drive(workers, n int, step func(worker int) error) (time.Duration, error) {
	var left atomic.Int64
	left.Store(int64(n))
	return driveWhile(workers, func() bool { return left.Add(-1) >= 0 }, step)
}

// driveWhile is drive with steps as long as there are more to do.
func driveWhile(workers int, more func() bool, step func(worker int) error) (time.Duration, error) {
	var failed atomic.Bool
	errs := make([]error, workers)
	start := time.Now()
	var group sync.WaitGroup
	for worker := range workers {
		group.Go(func() {
			for !failed.Load() && more() {
				if errs[worker] = step(worker); errs[worker] != nil {
					failed.Store(true)
				}
			}
		})
	}
	group.Wait()
	return time.Since(start), errors.Join(errs...)
}

// latencies are how long steps took, by worker, so that workers share nothing.
type latencies [][]time.Duration

// timed returns a step that notes how long each one takes.
func (l latencies) timed(step func(worker int) error) func(worker int) error {
	return func(worker int) error {
		start := time.Now()
		err := step(worker)
		l[worker] = append(l[worker], time.Since(start))
		return err
	}
}

// percentile returns how long, in milliseconds, the given part of the steps took at
// most: of 100 steps and 0.99 it is the 99th.
func (l latencies) percentile(part float64) float64 {
	all := slices.Sorted(slices.Values(slices.Concat(l...)))
	if len(all) == 0 {
		return 0
	}
	return milliseconds(all[max(int(math.Ceil(part*float64(len(all)))), 1)-1])
}
