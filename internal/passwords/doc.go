// Package passwords reads password hashes, compares passwords with them, and makes hashes of the
// passwords that users set themselves.
//
// It owns which hashes are accepted (argon2id in PHC form, bcrypt, either of them in an
// htpasswd file), their bounds, and the format of an entry of the Secret into which the
// operator copies them for the server. It does not own where the Secrets are
// (controllers/oauthuser) nor how often a password may be tried
// (server/identity/guesses). No error and no formatting verb shows
// any part of one.
package passwords
