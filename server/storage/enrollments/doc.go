// Package enrollments stores what users have enrolled to sign in with.
//
// It owns how an Enrollment is named, sealed and read, and that of two changes at the same time,
// one comes after the other. It does not own whether a code is right (server/identity/factors),
// or who must give one.
package enrollments
