// Package serverspec says what the spec of an OAuthServer means.
//
// It owns the settings with every default filled in, the longest values that the schema
// allows, the URLs of the endpoints, and how many session objects there may be. It is
// pure, and the operator, the server, internal/clientspec and internal/render read it, so
// that they cannot disagree. The paths are those of internal/endpoints, and how clients
// override a setting is for internal/clientspec.
package serverspec
