// Package hosts reads the hosts of Ingresses and HTTPRoutes.
//
// It owns which kinds of objects have hosts, how little of them is kept in memory, and
// when they are watched: from the first request for one of the kind, so that a
// cluster without the Gateway API works, and one without such requests pays nothing.
// It does not own what is made of a host (controllers/oauthclient/redirects).
package hosts
