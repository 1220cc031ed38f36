// Package imports is the command import of the programs grantor and kubectl oauth. It owns the
// flags and where the output goes; what is read is converted by internal/migrate.
package imports
