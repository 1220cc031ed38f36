// Package filter writes the LDAP filters that mean what the searches of Dex find.
//
// It owns how such filters are put together, as pure functions over texts. It does not own which
// fields of Dex they come from (internal/migrate/dexconnectors).
package filter
