// Package approvals keeps what users decide about devices that ask for access (RFC 8628),
// one Approval object for each user code that a user typed or whose link a user opened.
//
// It owns the form of device codes, user codes and links, and what is stored of an
// Approval. What a device asks for is sealed into its codes and not stored; the device and
// its user meet at the user code, of which the name of the Approval is a keyed digest. Of
// several that create one, one succeeds. Reads are live.
//
// It does not decide who may approve (server/device) or what a device gets (server/token).
package approvals
