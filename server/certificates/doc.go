// Package certificates reads the files of certificates again when they change.
//
// It owns the certificate that a replica serves https with and the authorities of clients'
// certificates. Whether a client's certificate counts is for server/clientauth.
package certificates
