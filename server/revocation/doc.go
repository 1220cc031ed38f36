// Package revocation is the revocation endpoint (RFC 7009).
//
// It owns which client may end which token, and answers 200 only when the revocation is
// stored or there is nothing to revoke. It does not own how it is stored (server/storage/grants,
// server/storage/marks) or who asks (server/clientauth).
package revocation
