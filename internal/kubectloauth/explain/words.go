package explain

import (
	"fmt"
	"slices"
	"strings"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

// interactive reports whether the client sends users to the server by their browsers.
func interactive(x clientspec.Explanation) bool {
	return slices.Contains(x.Effective.GrantTypes, string(oauthv1alpha1.GrantAuthorizationCode))
}

// onDevices reports whether users let devices of the client in.
func onDevices(x clientspec.Explanation) bool {
	return slices.Contains(x.Effective.GrantTypes, string(oauthv1alpha1.GrantDeviceCode))
}

func devices(_ *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	if !onDevices(x) {
		return ""
	}
	how := "with a link or a code that they type (spec.deviceAuthorization)"
	if x.Effective.Interactive.Device.Typed {
		how = "with a code that they type (spec.deviceAuthorization, or require.typedUserCode of a policy)"
	}
	return fmt.Sprintf("Users have %s to let a device in, %s.", short(x.Effective.Interactive.Device.CodeLifetime), how)
}

func short(d time.Duration) string {
	text := d.String()
	if rest, whole := strings.CutSuffix(text, "m0s"); whole {
		text = rest + "m"
	}
	if rest, whole := strings.CutSuffix(text, "h0m"); whole {
		text = rest + "h"
	}
	return text
}

func binding(_ *oauthv1alpha1.OAuthClient, x clientspec.Explanation) string {
	proof := map[oauthv1alpha1.AccessTokenBinding]string{
		oauthv1alpha1.AccessTokenBindingIfProved:    "the key of the DPoP proof or the client certificate, if the token request has one",
		oauthv1alpha1.AccessTokenBindingDPoP:        "the key of the DPoP proof, which each token request must have",
		oauthv1alpha1.AccessTokenBindingCertificate: "the client certificate, which each token request must have",
		oauthv1alpha1.AccessTokenBindingRequired:    "the key of the DPoP proof or the client certificate, one of which each token request must have",
	}[x.Effective.Tokens.AccessBinding]
	return fmt.Sprintf("Its access tokens are bound to %s (spec.tokens.accessToken.binding, or that of the server)%s.", proof, by(x.Limits.Binding.By))
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
