// Package directories tests how users of LDAP directories sign in, with OpenLDAP's slapd.
//
// Tests whose names begin with TestConnector ask server/identity/ldap itself; the others go
// through the pages and the token endpoint of a running Grantor.
package directories
