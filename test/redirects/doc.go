// Package redirects tests that redirect URIs follow the Ingresses and HTTPRoutes that
// clients name, at every replica. Its cluster is its own, because the Gateway API is
// installed in it at a moment that a test chooses.
package redirects
