package devenv

import (
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/discovery"
)

// curable says whether the same request may succeed a moment later.
func curable(err error) bool {
	if meta.IsNoMatchError(err) || discovery.IsGroupDiscoveryFailedError(err) {
		return true
	}
	reason := apierrors.ReasonForError(err)
	switch reason {
	case "Invalid", "BadRequest", "Forbidden", "Unauthorized", "MethodNotAllowed",
		"RequestEntityTooLarge", "UnsupportedMediaType", "NotAcceptable":
		return false
	}
	// No reason at all is a connection that failed.
	return true
}
