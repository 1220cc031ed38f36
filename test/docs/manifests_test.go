package docs

import (
	"strings"
	"testing"
)

// TestManifests finds what others apply: in blocks, in commands, and in lists.
func TestManifests(t *testing.T) {
	t.Parallel()
	for page, wanted := range map[string]string{
		"README.md":                "OAuthClient hello",
		"docs/quickstart.md":       "OAuthClient checkout",
		"docs/guides/migration.md": "OAuthClientPolicy imported",
		"docs/guides/users.md":     "OAuthUser carol",
		"docs/guides/sign-in.md":   "OAuthClient notes, OAuthClient api, OAuthClient notes",
	} {
		var found []string
		for _, manifest := range Manifests(t, page, strings.NewReplacer()) {
			for _, object := range manifest.Objects {
				found = append(found, object.GetKind()+" "+object.GetName())
			}
		}
		if got := strings.Join(found, ", "); got != wanted {
			t.Errorf("%s has %s, wanted %s", page, got, wanted)
		}
	}
}
