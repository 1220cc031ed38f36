// Package imports is kubectl oauth import: what grantor import does, for those who have the
// plugin and not the program. The clients are converted by internal/migrate.
package imports
