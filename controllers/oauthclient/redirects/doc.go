// Package redirects makes redirect URIs of the hosts of Ingresses and HTTPRoutes.
//
// It owns which URIs spec.redirectURIsFrom makes, what is said where it makes none, how
// many a status holds, and when their seal is made again: pure functions. It does not
// read the objects (controllers/hosts) and does not decide which hosts are allowed
// (internal/clientspec).
package redirects
