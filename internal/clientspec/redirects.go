package clientspec

import (
	"fmt"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
)

// Redirects are the redirect URIs that spec.redirectURIsFrom makes.
type Redirects struct {
	URIs, PostLogoutURIs []string
}

// redirects returns the resolved redirect URIs that are allowed, and why others are not.
// One that is not is left out and its client not refused: who may change an Ingress is
// not always who owns the client.
func (e *evaluation) redirects() (Redirects, *Refusal) {
	sources := e.Client.Spec.RedirectURIsFrom
	if len(sources) == 0 {
		return Redirects{}, nil
	}
	var allowed Redirects
	var unwanted []string
	for _, list := range []struct {
		from []string
		to   *[]string
		path func(oauthv1alpha1.RedirectSource) oauthv1alpha1.RedirectPath
	}{
		{e.Redirects.URIs, &allowed.URIs, func(s oauthv1alpha1.RedirectSource) oauthv1alpha1.RedirectPath { return s.Path }},
		{e.Redirects.PostLogoutURIs, &allowed.PostLogoutURIs, func(s oauthv1alpha1.RedirectSource) oauthv1alpha1.RedirectPath { return s.PostLogoutPath }},
	} {
		for _, uri := range list.from {
			path := pathOf(uri)
			switch {
			case path == "" || !slices.ContainsFunc(sources, func(s oauthv1alpha1.RedirectSource) bool { return string(list.path(s)) == path }):
				// The spec is newer than what was resolved.
			case !e.hostAllowed(uri):
				unwanted = append(unwanted, clientpolicy.HostOf(uri))
			default:
				*list.to = append(*list.to, uri)
			}
		}
	}
	if len(unwanted) == 0 {
		return allowed, nil
	}
	slices.Sort(unwanted)
	unwanted = slices.Compact(unwanted)
	return allowed, e.notAllowed(oauthv1alpha1.ReasonRedirectHostNotAllowed,
		fmt.Sprintf("the hosts %s, which spec.redirectURIsFrom finds", strings.Join(unwanted, ", ")), e.limits.RedirectHosts.By...)
}

// pathOf returns what follows the host of a redirect URI that was made of one.
func pathOf(uri string) string {
	rest, ok := strings.CutPrefix(uri, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(uri, "http://"); !ok {
			return ""
		}
	}
	at := strings.IndexByte(rest, '/')
	if at < 0 {
		return ""
	}
	return rest[at:]
}

// add adds resolved redirect URIs to those of the spec.
func (p *Interactive) add(r Redirects) {
	p.RedirectURIs = union(p.RedirectURIs, r.URIs)
	p.PostLogoutURIs = union(p.PostLogoutURIs, r.PostLogoutURIs)
}

func union(all, more []string) []string {
	for _, uri := range more {
		if !slices.Contains(all, uri) {
			all = append(all, uri)
		}
	}
	return all
}
