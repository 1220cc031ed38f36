package resourcespec

import (
	"fmt"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// identifierFree keeps the audiences of the server from tenants.
func identifierFree(e *evaluation, _ Inputs) *Refusal {
	identifier := string(e.Resource.Spec.Identifier)
	if identifier == Loosely(e.server.Spec.Issuer) {
		return e.notAllowed("is the issuer of")
	}
	if e.Resource.Namespace == e.server.Namespace {
		return nil
	}
	if slices.ContainsFunc(e.server.Spec.Audiences, func(a oauthv1alpha1.AudienceDefinition) bool { return Loosely(string(a.Name)) == identifier }) {
		return e.notAllowed("is in spec.audiences of")
	}
	// A name such as mcp.example.com, in namespace mcp, looks like a host.
	if owner := e.systemHost(looseHost(identifier)); owner != "" && Host(identifier) == "" {
		return e.notAllowed("is the host of " + owner + " of")
	}
	return nil
}

func (e *evaluation) notAllowed(why string) *Refusal {
	return refuse(oauthv1alpha1.ReasonIdentifierNotAllowed, fmt.Sprintf(
		"Identifier %q %s OAuthServer %s/%s. Create the resource again with another spec.identifier, or ask the server's administrator.",
		e.Resource.Spec.Identifier, why, e.server.Namespace, e.server.Name))
}

// nameOwned and hostAllowed keep identifiers apart by namespace, so that no tenant can get tokens
// that the API of another one accepts.
func nameOwned(e *evaluation, _ Inputs) *Refusal {
	identifier, namespace := string(e.Resource.Spec.Identifier), e.Resource.Namespace
	if namespace == e.server.Namespace || Host(identifier) != "" || strings.HasPrefix(identifier, namespace+".") {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonIdentifierNotAllowed, fmt.Sprintf(
		"spec.identifier %q must begin with %q, or be an https URL. Create the resource again with such an identifier.", identifier, namespace+"."))
}

func hostAllowed(e *evaluation, _ Inputs) *Refusal {
	identifier, namespace := string(e.Resource.Spec.Identifier), e.Resource.Namespace
	host := Host(identifier)
	if namespace == e.server.Namespace || host == "" {
		return nil
	}
	l := e.limits.ResourceHosts
	if owner := e.systemHost(host); owner != "" && !l.Has(host) {
		return e.hostNotOwned(fmt.Sprintf("The host %q is that of %s", host, owner), "that names the host in resourceHosts")
	}
	if !l.MatchesHost(identifier, namespace) {
		return e.hostNotOwned(fmt.Sprintf("No policy allows namespace %q the host %q", namespace, host), "with resourceHosts")
	}
	return nil
}

func (e *evaluation) hostNotOwned(what, policy string) *Refusal {
	return refuse(oauthv1alpha1.ReasonHostNotOwned, fmt.Sprintf(
		"%s. Ask the administrator of OAuthServer %s/%s for an OAuthClientPolicy %s.", what, e.server.Namespace, e.server.Name, policy))
}

// systemHost says what of the server has a host; "" for nothing.
func (e *evaluation) systemHost(host string) string {
	spec := &e.server.Spec
	switch {
	case looseHost(spec.Issuer) == host:
		return "the issuer"
	case spec.ClientCertificates != nil && looseHost(spec.ClientCertificates.Host) == host:
		return "spec.clientCertificates"
	case slices.ContainsFunc(spec.Audiences, func(a oauthv1alpha1.AudienceDefinition) bool { return looseHost(string(a.Name)) == host }):
		return "an audience"
	default:
		return ""
	}
}
