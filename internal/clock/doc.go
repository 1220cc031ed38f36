// Package clock tells the time of the API server, so that all replicas of both programs
// agree on it whatever their own clocks say.
//
// It owns how far the own clock is corrected. It does not own timers, or what becomes of
// an object at a time: callers take Now as their clock.
package clock
