// Package arrivals bounds how often users may come back from identity providers: a code that
// anyone can make up is a request to the token endpoint, with the client secret.
//
// It owns how many codes of a provider are redeemed at the same time, and how often an attempt
// or a network may come. It does not know whether a code is right (server/identity/upstream), nor
// what becomes of a user (server/authorization).
package arrivals
