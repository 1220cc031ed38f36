// Package population fills an API server with session objects, many and fast, for
// tests and benchmarks of what their number does. No server made them: their
// payloads have the size of real ones and verify nowhere.
package population
