package render

import (
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// routeSpec returns the spec of the HTTPRoute. It is written by hand: the Gateway API
// is no part of Kubernetes, and its Go types are many for the few fields.
func routeSpec(server *oauthv1alpha1.OAuthServer) map[string]any {
	wanted := server.Spec.Exposure.Gateway
	host, paths := reachedAt(server.Spec.Issuer)
	spec := map[string]any{"parentRefs": parents(wanted.ParentRefs), "rules": []any{routeRule(server, paths)}}
	var hostnames []any
	for _, name := range wanted.Hostnames {
		hostnames = append(hostnames, string(name))
	}
	if len(hostnames) == 0 && host != "" {
		hostnames = []any{host}
	}
	if len(hostnames) > 0 {
		spec["hostnames"] = hostnames
	}
	return spec
}

func parents(references []oauthv1alpha1.GatewayReference) []any {
	out := make([]any, 0, len(references))
	for _, reference := range references {
		parent := map[string]any{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": reference.Name}
		if reference.Namespace != "" {
			parent["namespace"] = reference.Namespace
		}
		if reference.SectionName != "" {
			parent["sectionName"] = reference.SectionName
		}
		if reference.Port != nil {
			parent["port"] = int64(*reference.Port)
		}
		out = append(out, parent)
	}
	return out
}

// routeRule leads each path to the Service, whose ports a route names by number.
func routeRule(server *oauthv1alpha1.OAuthServer, paths []string) map[string]any {
	var matches []any
	for _, path := range paths {
		matches = append(matches, map[string]any{"path": map[string]any{"type": "PathPrefix", "value": path}})
	}
	port := int64(80)
	if server.Spec.TLS != nil {
		port = 443
	}
	return map[string]any{
		"matches":     matches,
		"backendRefs": []any{map[string]any{"kind": "Service", "name": oauthv1alpha1.ServiceName(server.Name), "port": port}},
	}
}
