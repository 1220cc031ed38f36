// Command grantor is the operator, the authorization server, filters that make
// manifests, import and restore, a check, and what tells of itself: version and
// completion.
//
// It owns flags, what they are checked against before anything starts, exit codes, and which
// parts of controllers/ and server/ a program consists of. It does not own what the commands
// do (controllers, server, internal/check, internal/migrate, internal/restore).
//
// It has more files and lines than other packages: one program is one package main,
// and each command is a file or two, of which most lines are flags and their texts.
package main
