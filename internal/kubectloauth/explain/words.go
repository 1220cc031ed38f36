package explain

import (
	"fmt"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

// interactive reports whether the client signs users in.
func interactive(x clientspec.Explanation) bool {
	return slices.Contains(x.Effective.GrantTypes, string(oauthv1alpha1.GrantAuthorizationCode))
}

// bounds are the policies that bound lifetimes.
func bounds(x clientspec.Explanation) []string {
	var names []string
	for _, name := range []string{x.Limits.AccessLifetime.By, x.Limits.IDLifetime.By, x.Limits.RefreshLifetime.By} {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// by names the policies that say something about what is allowed.
func by(policies []string) string {
	if len(policies) == 0 {
		return ""
	}
	return ", within policy " + quoted(policies)
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = fmt.Sprintf("%q", name)
	}
	return list(out)
}

func list(values []string) string {
	if len(values) < 2 {
		return strings.Join(values, "")
	}
	return strings.Join(values[:len(values)-1], ", ") + " and " + values[len(values)-1]
}
