package schema

import (
	"net/url"
	"testing"
)

// TestAcceptedURIsAreURIs: programs that redirect or link have to parse them.
func TestAcceptedURIsAreURIs(t *testing.T) {
	uris := append([]string{
		"https://app.example/%", "https://app.example/%zz", "https://app.example/?%zz", "https://[::::]/", "https://[:]/", "https://[1:2]/", "https://[....]/",
		"https://[1:2:3:4:5:6:7:8]/", "https://[1:2:3:4:5:6:7::]/", "https://[1:2:3:4:5:6:7::8]/", "https://[::2:3:4:5:6:7:8]/", "https://[::1:2:3:4:5:6:7:8]/", "https://[1:2:3::7:8]:1/",
		"https://app.example:99999/", "https://app.example:0/", "http://localhost:65536/", "https://./", "https://../", "https://-/",
	}, goodRedirects...)
	for _, uri := range uris {
		t.Run(uri, func(t *testing.T) {
			t.Parallel()
			if _, err := try(t, manifest(t, "OAuthClient", fields{"status": nil, redirectAt: uri})); err != nil {
				return
			}
			parsed, err := url.Parse(uri)
			if err != nil {
				t.Fatalf("accepted, and cannot be parsed: %v", err)
			}
			if parsed.User != nil || parsed.Fragment != "" {
				t.Errorf("accepted with user information or fragment: %#v", parsed)
			}
			if parsed.Scheme == "https" && parsed.Hostname() == "" {
				t.Errorf("accepted without host: %#v", parsed)
			}
		})
	}
}
