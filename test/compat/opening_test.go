package compat

import (
	"strings"
	"sync"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// What the standard's endpoint refuses is refused at the paths of Gancio and Coder that lead to
// it. That an application of Gancio may leave redirect_uri out takes a code, which these requests
// do not have.
func TestGancioAndCoderAcceptNothingMore(t *testing.T) {
	g := coderServer(t)
	speaking(t, g, oauthv1alpha1.CompatibilityGancio, oauthv1alpha1.CompatibilityCoder)
	list, app := drafts(t, g)
	paths := map[string][]string{
		"/token": {"/oauth/token", "/oauth2/tokens"}, "/authorize": {"/oauth2/authorize"}, "/userinfo": {"/api/v2/users/me"}, "/revoke": {"/oauth2/revoke"}, "/register": {"/oauth2/register"},
	}
	var theirs []draft
	for _, d := range list {
		if len(paths[d.path]) > 0 {
			theirs = append(theirs, d)
		}
	}
	var mu sync.Mutex
	accepted, refused := 0, 0
	mutated(theirs, app, 7591, func(_ int, d draft) {
		at := standardPath(d.path, paths)
		want := d.sent(t, g.Issuer)
		for _, path := range paths[at] {
			same := d.clone()
			same.path = path + strings.TrimPrefix(d.path, at)
			got := same.sent(t, g.Issuer)
			if limited(want) || limited(got) {
				continue
			}
			mu.Lock()
			if got.accepted {
				accepted++
			} else {
				refused++
			}
			mu.Unlock()
			if got.accepted && !want.accepted {
				t.Errorf("%s: %+v, where the standard's endpoint answers %+v", same, got, want)
			}
		}
	})
	if accepted < *mutants/40 || refused < *mutants/4 {
		t.Errorf("only %d requests are accepted and %d refused: the mutations do not reach what they should", accepted, refused)
	}
}

// standardPath returns the path that a mutated one began as.
func standardPath(path string, paths map[string][]string) string {
	for known := range paths {
		if strings.HasPrefix(path, known) {
			return known
		}
	}
	return ""
}
