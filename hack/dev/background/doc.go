// Package background owns the processes that stay behind when a development
// command ends. Each has a record file from which a later command finds it
// again, keeps it if it still is what is wanted, or ends it.
//
// A record names a process by its id and its start, so that another process
// that got the id later is never taken for it. What the processes are for, and
// when they are ready, is the business of the callers.
package background
