// Package status is kubectl oauth status: the conditions of one OAuthClient, or one line
// for each of a namespace. What they mean is in docs/reference/conditions.md.
package status
