package get

import (
	"fmt"
	"io"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/sessions"
)

// objects are what is printed: one object, or a list as kubectl prints it.
func objects(found []sessions.Session, one bool) (any, error) {
	items := make([]any, len(found))
	for i, s := range found {
		object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(s.Object)
		if err != nil {
			return nil, fmt.Errorf("print a %s: %w", s.Kind.Name, err)
		}
		// The field is empty here, which would look as if the object had none.
		if spec, ok := object["spec"].(map[string]any); ok {
			delete(spec, "payload")
		}
		items[i] = object
	}
	if one && len(items) == 1 {
		return items[0], nil
	}
	return map[string]any{"apiVersion": "v1", "kind": "List", "items": items}, nil
}

func writeJSON(w io.Writer, found []sessions.Session, one bool) error {
	content, err := objects(found, one)
	if err != nil {
		return err
	}
	return cli.JSON(w, content)
}

func writeYAML(w io.Writer, found []sessions.Session, one bool) error {
	content, err := objects(found, one)
	if err != nil {
		return err
	}
	return cli.YAML(w, content)
}

func writeNames(w io.Writer, found []sessions.Session) error {
	for _, s := range found {
		kind := s.Kind.GroupVersionKind()
		if _, err := fmt.Fprintf(w, "%s.%s/%s\n", strings.ToLower(kind.Kind), kind.Group, s.Object.GetName()); err != nil {
			return err
		}
	}
	return nil
}
