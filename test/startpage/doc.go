// Package startpage tests the start page of applications at a running Grantor with a real API
// server: whom it lists what, what policies allow there, and what it costs.
package startpage
