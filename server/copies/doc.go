// Package copies has the local copies of API objects that a replica answers from.
//
// It owns which objects are copied, and the clients of the API server that read them and
// that write session objects. How a copy is kept and how old it may be is for server/watch.
package copies
