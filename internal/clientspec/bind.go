package clientspec

import (
	"fmt"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/age"
)

// bind returns the server of a client: the one it names, else the one it is bound to
// already (a client never moves by itself), else the default. The binding in the status
// confers nothing: each server applies its own rules to every client that is bound to it,
// and it verifies credentials with its own keys. The operator corrects a binding that the
// credentials disprove.
func bind(c *oauthv1alpha1.OAuthClient, servers []*oauthv1alpha1.OAuthServer) (*oauthv1alpha1.OAuthServer, *Refusal) {
	if ref := c.Spec.ServerRef; ref != nil {
		namespace := ref.Namespace
		if namespace == "" {
			namespace = c.Namespace
		}
		if server := find(servers, namespace, ref.Name); server != nil {
			return server, nil
		}
		return nil, refuse(oauthv1alpha1.ReasonServerNotFound, fmt.Sprintf(
			"The OAuthServer %q does not exist in namespace %q. Create it, or make a client that names another one.",
			ref.Name, namespace))
	}
	if ref := c.Status.ServerRef; ref != nil {
		if server := find(servers, ref.Namespace, ref.Name); server != nil {
			return server, nil
		}
		return nil, refuse(oauthv1alpha1.ReasonServerNotFound, fmt.Sprintf(
			"The client is bound to OAuthServer %q in namespace %q, which is gone. Create that server again, or create the client again to bind it to the default server.",
			ref.Name, ref.Namespace))
	}
	if server := DefaultServer(servers); server != nil {
		return server, nil
	}
	return nil, refuse(oauthv1alpha1.ReasonNoDefaultServer,
		"No OAuthServer is marked as default. Mark one with spec.default: true, or name one in spec.serverRef of a new client.")
}

// DefaultServer returns the server that clients without serverRef get: of those
// marked as default, the oldest. It returns nil if none is marked.
func DefaultServer(servers []*oauthv1alpha1.OAuthServer) *oauthv1alpha1.OAuthServer {
	var oldest *oauthv1alpha1.OAuthServer
	for _, server := range servers {
		if !server.Spec.Default || server.DeletionTimestamp != nil {
			continue
		}
		if oldest == nil || age.Older(server, oldest) {
			oldest = server
		}
	}
	return oldest
}

func find(servers []*oauthv1alpha1.OAuthServer, namespace, name string) *oauthv1alpha1.OAuthServer {
	for _, server := range servers {
		if server.Namespace == namespace && server.Name == name {
			return server
		}
	}
	return nil
}
