package clientspec

import (
	"fmt"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Redirects are the redirect URIs that spec.redirectURIsFrom makes.
type Redirects struct {
	URIs, PostLogoutURIs []string
}

// redirects returns the resolved redirect URIs that count, and why others do not. One
// that does not count is left out rather than its client refused: who may change an
// Ingress is not always who owns the client.
func (m *matter) redirects() (Redirects, *Refusal) {
	sources := m.Client.Spec.RedirectURIsFrom
	if len(sources) == 0 {
		return Redirects{}, nil
	}
	var counting Redirects
	var unwanted []string
	for _, list := range []struct {
		from []string
		to   *[]string
		path func(oauthv1alpha1.RedirectSource) oauthv1alpha1.RedirectPath
	}{
		{m.Redirects.URIs, &counting.URIs, func(s oauthv1alpha1.RedirectSource) oauthv1alpha1.RedirectPath { return s.Path }},
		{m.Redirects.PostLogoutURIs, &counting.PostLogoutURIs, func(s oauthv1alpha1.RedirectSource) oauthv1alpha1.RedirectPath { return s.PostLogoutPath }},
	} {
		for _, uri := range list.from {
			path := pathOf(uri)
			switch {
			case path == "" || !slices.ContainsFunc(sources, func(s oauthv1alpha1.RedirectSource) bool { return string(list.path(s)) == path }):
				// The spec is newer than what was resolved.
			case !m.hostAllowed(uri):
				unwanted = append(unwanted, hostOf(uri))
			default:
				*list.to = append(*list.to, uri)
			}
		}
	}
	if len(unwanted) == 0 {
		return counting, nil
	}
	slices.Sort(unwanted)
	unwanted = slices.Compact(unwanted)
	return counting, m.notAllowed(oauthv1alpha1.ReasonRedirectHostNotAllowed,
		fmt.Sprintf("the hosts %s, which spec.redirectURIsFrom finds", strings.Join(unwanted, ", ")), m.limits.redirectHosts.by...)
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
func (p *People) add(r Redirects) {
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
