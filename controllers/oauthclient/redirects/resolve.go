package redirects

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

// Source is what is known of one entry of spec.redirectURIsFrom.
type Source struct {
	Entry oauthv1alpha1.RedirectSource
	// Hosts are those of the object, as they are written there; they are used if the
	// object and its kind exist.
	Hosts                 []string
	Missing, NotInstalled bool
}

// problem is why a source makes no redirect URI, or not all.
type problem struct{ reason, message string }

// Resolution is what all sources make together.
type Resolution struct {
	Redirects clientspec.Redirects
	problems  []problem
	// notes are about hosts that are left out without harm.
	notes []string
}

// Resolve makes redirect URIs of hosts.
func Resolve(sources []Source) Resolution {
	var r Resolution
	for _, s := range sources {
		name := fmt.Sprintf("%s %q", s.Entry.Kind, s.Entry.Name)
		switch {
		case s.NotInstalled:
			r.Add(oauthv1alpha1.ReasonRedirectKindNotInstalled, fmt.Sprintf("The cluster has no %s in the version that is needed.", s.Entry.Kind))
			continue
		case s.Missing:
			r.Add(oauthv1alpha1.ReasonRedirectSourceNotFound, fmt.Sprintf("%s does not exist in the client's namespace.", name))
			continue
		}
		usable, odd := hostsToUse(s.Hosts)
		if len(odd) > 0 {
			r.note(fmt.Sprintf("No redirect URI is made of these hosts of %s: %s.", name, strings.Join(odd, ", ")))
		}
		if len(usable) == 0 {
			r.Add(oauthv1alpha1.ReasonRedirectSourceWithoutHosts, fmt.Sprintf("%s has no host that a redirect URI can be made of.", name))
		}
		for _, host := range usable {
			r.Redirects.URIs = append(r.Redirects.URIs, redirectURI(host, s.Entry.Path))
			if s.Entry.PostLogoutPath != "" {
				r.Redirects.PostLogoutURIs = append(r.Redirects.PostLogoutURIs, redirectURI(host, s.Entry.PostLogoutPath))
			}
		}
	}
	r.Redirects.URIs, r.Redirects.PostLogoutURIs = sorted(r.Redirects.URIs), sorted(r.Redirects.PostLogoutURIs)
	return r
}

// hostsToUse separates hosts that are names from wildcards and from what is no name: an
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

// Bound keeps as many of the allowed redirect URIs as a status holds, the first ones.
func (r *Resolution) Bound(allowed clientspec.Redirects) clientspec.Redirects {
	if len(allowed.URIs) > mostRedirects || len(allowed.PostLogoutURIs) > mostRedirects {
		r.Add(oauthv1alpha1.ReasonTooManyRedirectURIs, fmt.Sprintf(
			"spec.redirectURIsFrom makes %d redirect URIs and %d post-logout redirect URIs; only the first %d of each are used.",
			len(allowed.URIs), len(allowed.PostLogoutURIs), mostRedirects))
	}
	return clientspec.Redirects{
		URIs:           allowed.URIs[:min(len(allowed.URIs), mostRedirects)],
		PostLogoutURIs: allowed.PostLogoutURIs[:min(len(allowed.PostLogoutURIs), mostRedirects)],
	}
}

// Add adds a problem.
func (r *Resolution) Add(reason, message string) {
	if p := (problem{reason, message}); !slices.Contains(r.problems, p) {
		r.problems = append(r.problems, p)
	}
}

func (r *Resolution) note(text string) {
	if !slices.Contains(r.notes, text) {
		r.notes = append(r.notes, text)
	}
}

// Report returns the reason of the first problem, "" if there is none, and a message that
// says everything, problems first; count is the number of redirect URIs.
func (r *Resolution) Report(count int) (reason, message string) {
	if len(r.problems) > 0 {
		return r.problems[0].reason, r.message()
	}
	r.note(fmt.Sprintf("spec.redirectURIsFrom makes %d redirect URIs.", count))
	return "", r.message()
}

func (r *Resolution) message() string {
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
