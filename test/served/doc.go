// Package served tests that Ready=True of an OAuthClient means that its Secret
// authenticates at every ready replica.
package served
