// Package appearance tests what pages look like and which language they speak, at a running
// Grantor with a real API server: whose they are, what changes without a restart, which requests
// decide about the language, and what users see of their browsers.
package appearance
