package devenv

import (
	"net/http"
	"sync/atomic"
)

// Hook chooses the fault for each request that reaches a FaultProxy. It is
// called by several goroutines at once.
type Hook func(*http.Request) Fault

// When applies the fault to every request that matches and lets others pass.
func When(match func(RequestKey) bool, fault Fault) Hook {
	return func(r *http.Request) Fault {
		if match(DescribeRequest(r).RequestKey) {
			return fault
		}
		return nil
	}
}

// Nth applies the fault to the n-th matching request only, counted from 1.
func Nth(n int, match func(RequestKey) bool, fault Fault) Hook {
	var seen atomic.Int64
	return func(r *http.Request) Fault {
		if match(DescribeRequest(r).RequestKey) && seen.Add(1) == int64(n) {
			return fault
		}
		return nil
	}
}

// CrashAfter forwards the n-th matching request, counted from 1, and calls
// crash instead of answering it. From the moment it arrives no other request
// is forwarded, so that the API server holds exactly what n requests made:
// set another hook before the program starts again.
func CrashAfter(n int, match func(RequestKey) bool, crash func()) Hook {
	var seen atomic.Int64
	return func(r *http.Request) Fault {
		if !match(DescribeRequest(r).RequestKey) {
			if seen.Load() >= int64(n) {
				return Drop()
			}
			return nil
		}
		switch count := seen.Add(1); {
		case count < int64(n):
			return nil
		case count == int64(n):
			return LoseAnswer(crash)
		default:
			return Drop()
		}
	}
}
