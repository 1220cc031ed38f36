package serverspec

import (
	"slices"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Only a list that is unset stands for programs on the user's computer.
func TestRedirectHosts(t *testing.T) {
	for name, test := range map[string]struct {
		set  []oauthv1alpha1.RedirectHost
		want []string
	}{
		"unset": {nil, []string{"localhost", "127.0.0.1", "[::1]"}},
		"empty": {[]oauthv1alpha1.RedirectHost{}, nil},
		"one":   {[]oauthv1alpha1.RedirectHost{"app.example"}, []string{"app.example"}},
	} {
		spec := &oauthv1alpha1.OAuthServerSpec{Registration: &oauthv1alpha1.ServerRegistration{
			Anonymous: oauthv1alpha1.AnonymousRegistration{Mode: oauthv1alpha1.AnonymousRegistrationSealed, RedirectHosts: test.set},
		}}
		if got := registrationOf(spec).Anonymous.RedirectHosts; !slices.Equal(got, test.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
