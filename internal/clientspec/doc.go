// Package clientspec decides what a client may do on which server.
//
// It owns the rules between tenants, as one pure function over API objects. The
// operator calls it to write conditions and the server calls it to look a client up
// (server/clients/lookup, which keeps the answer until an input changes), so that the two cannot
// disagree. From a status it takes one thing, to which server a client that names none is
// bound, which confers nothing; its caller verifies the redirect URIs that the operator
// resolved. It does no I/O and authenticates no client. It does not own how policies are
// merged (internal/clientpolicy), by which policies.go decides, how clients are counted
// (internal/clientindex), nor whose tokens a client may present (workloads).
//
// It has more than 900 lines and is one package: each rule is a few lines over the same
// evaluation, whose fields would all have to be exported, and nothing else reads it.
package clientspec
