// Package assertions reads JWTs that clients signed: those with which they authenticate
// (RFC 7523 section 3), and other kinds.
//
// It owns their syntax, which is strict: what two parsers could read in two ways is
// refused, and a header is data, never an instruction to fetch or to trust a key. It
// says what an assertion claims; whether that is believed is for its caller to decide,
// with what server/clientauth says of the signature.
package assertions
