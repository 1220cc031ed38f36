package faults

import (
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// The Secret is renamed while the operator is down in the middle of something: the
// value moves along and no Secret stays behind.
func TestRenameWhileTheOperatorIsDown(t *testing.T) {
	crashEverywhere(t, map[string]job{
		"rename and back": {begin: rename("elsewhere"), meanwhile: rename(""), created: true, values: 1},
		"rename twice":    {begin: rename("elsewhere"), meanwhile: rename("third"), created: true, values: 1},
		"creation, then rename": {
			begin:     func(t *testing.T, g *grantor, c *oauthv1alpha1.OAuthClient) { create(t, g, c) },
			meanwhile: rename("elsewhere"), values: 1,
		},
	})
}
