// Package fapi says what a client lacks of the FAPI 2.0 Security Profile (section 5.3.3). It
// knows no objects of Kubernetes and no policies; what the profile requires of a server is
// how the server is made, and is not here.
package fapi
