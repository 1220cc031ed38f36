package oauthclient

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

// mostRedirects is how many redirect URIs a status holds of each sort.
const mostRedirects = 32

// finding is what is known of one entry of spec.redirectURIsFrom.
type finding struct {
	source oauthv1alpha1.RedirectSource
	// hosts are those of the object, as they are written there; they count if the object
	// and its kind are there.
	hosts                 []string
	missing, notInstalled bool
}

// problem is why a source makes no redirect URI, or not all.
type problem struct{ reason, message string }

// resolution is what all findings make together.
type resolution struct {
	redirects clientspec.Redirects
	problems  []problem
	// notes are about hosts that are left out and miss nobody.
	notes []string
}

// resolve makes redirect URIs of hosts.
func resolve(findings []finding) resolution {
	var r resolution
	for _, f := range findings {
		name := fmt.Sprintf("%s %q", f.source.Kind, f.source.Name)
		switch {
		case f.notInstalled:
			r.add(oauthv1alpha1.ReasonRedirectKindNotInstalled, fmt.Sprintf("The cluster has no %s in the version that is needed.", f.source.Kind))
			continue
		case f.missing:
			r.add(oauthv1alpha1.ReasonRedirectSourceNotFound, fmt.Sprintf("%s does not exist in the client's namespace.", name))
			continue
		}
		usable, odd := hostsToUse(f.hosts)
		if len(odd) > 0 {
			r.note(fmt.Sprintf("No redirect URI is made of these hosts of %s: %s.", name, strings.Join(odd, ", ")))
		}
		if len(usable) == 0 {
			r.add(oauthv1alpha1.ReasonRedirectSourceWithoutHosts, fmt.Sprintf("%s has no host that a redirect URI can be made of.", name))
		}
		for _, host := range usable {
			r.redirects.URIs = append(r.redirects.URIs, redirectURI(host, f.source.Path))
			if f.source.PostLogoutPath != "" {
				r.redirects.PostLogoutURIs = append(r.redirects.PostLogoutURIs, redirectURI(host, f.source.PostLogoutPath))
			}
		}
	}
	r.redirects.URIs, r.redirects.PostLogoutURIs = sorted(r.redirects.URIs), sorted(r.redirects.PostLogoutURIs)
	return r
}

// hostsToUse parts hosts that are names from wildcards and from what is no name: an
// object that was let in by another schema than that of its project may say anything.
func hostsToUse(hosts []string) (usable, odd []string) {
	for _, host := range hosts {
		if len(validation.IsDNS1123Subdomain(host)) == 0 {
			usable = append(usable, host)
		} else {
			odd = append(odd, fmt.Sprintf("%.253q", host))
		}
	}
	return usable, odd
}

func redirectURI(host string, path oauthv1alpha1.RedirectPath) string {
	scheme := "https://"
	if host == "localhost" {
		scheme = "http://"
	}
	return scheme + host + string(path)
}

// bound keeps as many redirect URIs as a status holds, the first ones.
func (r *resolution) bound(counting clientspec.Redirects) clientspec.Redirects {
	if len(counting.URIs) > mostRedirects || len(counting.PostLogoutURIs) > mostRedirects {
		r.add(oauthv1alpha1.ReasonTooManyRedirectURIs, fmt.Sprintf(
			"spec.redirectURIsFrom makes %d redirect URIs and %d for after signing out; the first %d of each count.",
			len(counting.URIs), len(counting.PostLogoutURIs), mostRedirects))
	}
	return clientspec.Redirects{
		URIs:           counting.URIs[:min(len(counting.URIs), mostRedirects)],
		PostLogoutURIs: counting.PostLogoutURIs[:min(len(counting.PostLogoutURIs), mostRedirects)],
	}
}

func (r *resolution) add(reason, message string) {
	if p := (problem{reason, message}); !slices.Contains(r.problems, p) {
		r.problems = append(r.problems, p)
	}
}

func (r *resolution) note(text string) {
	if !slices.Contains(r.notes, text) {
		r.notes = append(r.notes, text)
	}
}

// message says everything, problems first.
func (r *resolution) message() string {
	var parts []string
	for _, p := range r.problems {
		parts = append(parts, p.message)
	}
	return strings.Join(append(parts, r.notes...), " ")
}

func sorted(uris []string) []string {
	slices.Sort(uris)
	return slices.Compact(uris)
}
