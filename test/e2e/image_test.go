//go:build e2e

package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/hack/images"
)

const imageLimit = 70_000_000

func (s *story) inspectImage(t *testing.T) {
	size, err := images.Size(s.image)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the image has %d bytes", size)
	if size > imageLimit {
		t.Errorf("that is more than %d", imageLimit)
	}
	config, err := images.Config(s.image)
	if err != nil {
		t.Fatal(err)
	}
	for label, want := range map[string]string{
		"org.opencontainers.image.version":  version,
		"org.opencontainers.image.revision": revision,
		"org.opencontainers.image.licenses": "Apache-2.0",
	} {
		if got := config.Labels[label]; got != want {
			t.Errorf("label %s is %q, want %q", label, got, want)
		}
	}
	if config.User != "65532:65532" {
		t.Errorf("the image runs as %q", config.User)
	}
	s.inspectSBOM(t)
}

// inspectSBOM looks for the program and a module that is surely in it.
func (s *story) inspectSBOM(t *testing.T) {
	t.Helper()
	content, err := images.File(s.image, "usr/share/doc/grantor/sbom.spdx.json")
	if err != nil {
		t.Fatal(err)
	}
	var sbom struct {
		SPDXVersion string
		Packages    []struct{ Name, VersionInfo string }
	}
	if err := json.Unmarshal(content, &sbom); err != nil {
		t.Fatal(err)
	}
	versions := map[string]string{}
	for _, p := range sbom.Packages {
		versions[p.Name] = p.VersionInfo
	}
	if sbom.SPDXVersion != "SPDX-2.3" || versions["github.com/grantor-dev/grantor"] != version || !strings.HasPrefix(versions["github.com/ory/fosite"], "v") {
		t.Errorf("the list of what it is made of says %s %v", sbom.SPDXVersion, versions)
	}
}
