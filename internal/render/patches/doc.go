// Package patches applies the patches of an administrator to the objects that run a server,
// and checks what they did.
//
// It owns what a patch may not do: an administrator of an OAuthServer gets no rights by it that
// the server has not. It is pure. Which objects there are is for internal/render.
package patches
