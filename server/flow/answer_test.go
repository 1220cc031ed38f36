package flow

import (
	"net/url"
	"testing"

	"github.com/grantor-dev/grantor/server/ui"
)

func TestParametersAreAddedToAQuery(t *testing.T) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	for uri, want := range map[string]string{
		"https://app.example/cb":      "https://app.example/cb?a=1%202&state=",
		"https://app.example/cb?":     "https://app.example/cb?a=1%202&state=",
		"https://app.example/cb?x=y":  "https://app.example/cb?x=y&a=1%202&state=",
		"https://app.example/cb?x=y&": "https://app.example/cb?x=y&a=1%202&state=",
		"com.example.app:/cb":         "com.example.app:/cb?a=1%202&state=",
	} {
		got := WithQuery(uri, []ui.Field{{Name: "a", Value: "1 2"}, {Name: "state", Value: string(every)}})
		parsed, err := url.Parse(got)
		if err != nil || got[:len(want)] != want || parsed.Query().Get("state") != string(every) {
			t.Errorf("%s: %s %v", uri, got, err)
		}
	}
}
