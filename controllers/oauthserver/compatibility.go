package oauthserver

import (
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/conditions"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// setCompatibilityReady owns the condition CompatibilityReady.
func setCompatibilityReady(server *oauthv1alpha1.OAuthServer, set conditions.Set) {
	settings := serverspec.Of(server)
	lacks := settings.Lacks()
	switch {
	case len(settings.Compatibility) == 0:
		set.Remove(oauthv1alpha1.ConditionCompatibilityReady)
	case len(lacks) == 0:
		set.True(oauthv1alpha1.ConditionCompatibilityReady, oauthv1alpha1.ReasonCompatibilityReady,
			"The server has what applications of the systems in spec.compatibility need.")
	default:
		messages := make([]string, len(lacks))
		for i, lack := range lacks {
			messages[i] = lack.Message
		}
		set.False(oauthv1alpha1.ConditionCompatibilityReady, lacks[0].Reason, strings.Join(messages, " "))
	}
}
