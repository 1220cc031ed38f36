// Package certificates knows the certificates of the server and of its clients.
//
// It owns the certificate that a replica serves https with and the authorities of clients'
// certificates, whose files it reads again when they change, and which certificate a request
// comes with: by the connection, or in a header of a proxy. Whether a client's certificate
// counts is for server/clientauth.
package certificates
