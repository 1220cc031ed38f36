package redirects

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

func found(name string, path, postLogout oauthv1alpha1.RedirectPath, hosts ...string) Source {
	return Source{Entry: oauthv1alpha1.RedirectSource{
		Kind: oauthv1alpha1.RedirectSourceIngress, Name: name, Path: path, PostLogoutPath: postLogout,
	}, Hosts: hosts}
}

func TestRedirectURIsOfHosts(t *testing.T) {
	missing, notInstalled := found("gone", "/cb", ""), found("route", "/cb", "")
	missing.Missing, notInstalled.NotInstalled, notInstalled.Entry.Kind = true, true, oauthv1alpha1.RedirectSourceHTTPRoute
	for name, tt := range map[string]struct {
		findings []Source
		uris     []string
		leaving  []string
		// reasons are those of the problems, says is in the message.
		reasons []string
		says    string
	}{
		"nothing":                  {},
		"one host":                 {findings: []Source{found("a", "/cb", "", "a.example")}, uris: []string{"https://a.example/cb"}},
		"hosts are sorted":         {findings: []Source{found("a", "/cb", "", "b.example", "a.example")}, uris: []string{"https://a.example/cb", "https://b.example/cb"}},
		"a host twice":             {findings: []Source{found("a", "/cb", "", "a.example", "a.example"), found("b", "/cb", "", "a.example")}, uris: []string{"https://a.example/cb"}},
		"two paths":                {findings: []Source{found("a", "/x", "", "a.example"), found("a", "/y?z=1", "", "a.example")}, uris: []string{"https://a.example/x", "https://a.example/y?z=1"}},
		"a path for signing out":   {findings: []Source{found("a", "/cb", "/bye", "a.example")}, uris: []string{"https://a.example/cb"}, leaving: []string{"https://a.example/bye"}},
		"localhost has no TLS":     {findings: []Source{found("a", "/cb", "/", "localhost", "localhost.example")}, uris: []string{"http://localhost/cb", "https://localhost.example/cb"}, leaving: []string{"http://localhost/", "https://localhost.example/"}},
		"a wildcard beside a name": {findings: []Source{found("a", "/cb", "", "*.example", "a.example")}, uris: []string{"https://a.example/cb"}, says: `these hosts of Ingress "a": "*.example".`},
		"a wildcard alone": {findings: []Source{found("a", "/cb", "", "*.example")},
			reasons: []string{oauthv1alpha1.ReasonRedirectSourceWithoutHosts}, says: `"*.example"`},
		"no host": {findings: []Source{found("a", "/cb", "")}, reasons: []string{oauthv1alpha1.ReasonRedirectSourceWithoutHosts}, says: `Ingress "a"`},
		"what is no host": {findings: []Source{found("a", "/cb", "", "evil.example/x?", "good@evil.example", "a.example:8443", "A.example", "a..example", "[::1]", "a\nb", " a", "-a")},
			reasons: []string{oauthv1alpha1.ReasonRedirectSourceWithoutHosts}, says: `"good@evil.example"`},
		"an object that is not there": {findings: []Source{missing, found("a", "/cb", "", "a.example")}, uris: []string{"https://a.example/cb"},
			reasons: []string{oauthv1alpha1.ReasonRedirectSourceNotFound}, says: `Ingress "gone" does not exist`},
		"a kind that is not there": {findings: []Source{notInstalled, notInstalled}, reasons: []string{oauthv1alpha1.ReasonRedirectKindNotInstalled}, says: "no HTTPRoute"},
		"two problems": {findings: []Source{missing, notInstalled},
			reasons: []string{oauthv1alpha1.ReasonRedirectSourceNotFound, oauthv1alpha1.ReasonRedirectKindNotInstalled}, says: "namespace. The cluster"},
	} {
		t.Run(name, func(t *testing.T) {
			r := Resolve(tt.findings)
			if !slices.Equal(r.Redirects.URIs, tt.uris) || !slices.Equal(r.Redirects.PostLogoutURIs, tt.leaving) {
				t.Errorf("made %+v", r.Redirects)
			}
			var reasons []string
			for _, p := range r.problems {
				reasons = append(reasons, p.reason)
			}
			if !slices.Equal(reasons, tt.reasons) || !strings.Contains(r.message(), tt.says) {
				t.Errorf("says %q: %s", reasons, r.message())
			}
		})
	}
}

func TestAStatusHoldsSoManyRedirectURIs(t *testing.T) {
	var many []string
	for n := range mostRedirects + 1 {
		many = append(many, fmt.Sprintf("https://a%02d.example/cb", n))
	}
	var r Resolution
	if got := r.Bound(clientspec.Redirects{URIs: many[1:], PostLogoutURIs: many[:2]}); len(got.URIs) != mostRedirects || len(got.PostLogoutURIs) != 2 || len(r.problems) != 0 {
		t.Errorf("%+v %+v", got, r.problems)
	}
	if got := r.Bound(clientspec.Redirects{URIs: many}); !slices.Equal(got.URIs, many[:mostRedirects]) || len(r.problems) != 1 || r.problems[0].reason != oauthv1alpha1.ReasonTooManyRedirectURIs {
		t.Errorf("%+v %+v", got, r.problems)
	}
}
