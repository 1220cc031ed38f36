package secrettemplate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// reserved are domains whose labels and annotations a template may not set: ours, by
// which a Secret belongs to its client; those of Kubernetes; and those by which GitOps
// tools find, and prune, what they applied.
var reserved = []string{
	"grantor.dev", "kubernetes.io", "k8s.io",
	"argoproj.io", "fluxcd.io", "helm.sh",
}

// maxAnnotations is how many bytes the annotations of a template may have, keys
// included; those of an object may have twice as many.
const maxAnnotations = 128 << 10

// CheckMetadata says what is wrong with the labels and annotations of a template.
func CheckMetadata(labels, annotations map[string]string) error {
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		if err := checkKey("labels", key); err != nil {
			return err
		}
		if len(validation.IsValidLabelValue(labels[key])) > 0 {
			return fmt.Errorf("metadata.labels[%s]: not a value that a label can have", key)
		}
	}
	size := 0
	for _, key := range slices.Sorted(maps.Keys(annotations)) {
		if err := checkKey("annotations", key); err != nil {
			return err
		}
		if size += len(key) + len(annotations[key]); size > maxAnnotations {
			return fmt.Errorf("metadata.annotations: more than %d bytes", maxAnnotations)
		}
	}
	return nil
}

func checkKey(where, key string) error {
	if len(validation.IsQualifiedName(strings.ToLower(key))) > 0 {
		return fmt.Errorf("metadata.%s: %q is not a name that a label or annotation can have", where, key)
	}
	domain, _, _ := strings.Cut(key, "/")
	if !strings.Contains(key, "/") {
		return nil
	}
	for _, taken := range reserved {
		if domain := strings.ToLower(domain); domain == taken || strings.HasSuffix(domain, "."+taken) {
			return fmt.Errorf("metadata.%s: keys of %s cannot be set", where, domain)
		}
	}
	return nil
}
