package schemes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/internal/schemes"
)

func TestIsPrivate(t *testing.T) {
	for _, scheme := range []string{"oc", "myapp", "my-app", "a1+b", "httpx", "data2"} {
		if !schemes.IsPrivate(scheme) {
			t.Errorf("%q is not", scheme)
		}
	}
	refused := slices.Concat(schemes.Reserved, []string{
		"", "c", "1app", "-app", "+app", "com.example.app", "OC", "Oc", "oc:", "o c", "oc\n", "o_c", "\u00f6c", "\u0131c", "*", "o*c", "o/c", "JavaScript", "java\tscript",
	})
	for _, prefix := range schemes.Prefixes {
		refused = append(refused, prefix, prefix+"x")
	}
	for _, scheme := range refused {
		if schemes.IsPrivate(scheme) {
			t.Errorf("%q is", scheme)
		}
	}
	if !slices.IsSorted(schemes.Prefixes) {
		t.Error("the prefixes are not sorted")
	}
}

func TestUndotted(t *testing.T) {
	for uri, want := range map[string]string{
		"oc://ios.owncloud.com": "oc", "myapp:/cb": "myapp", "javascript:alert(1)": "javascript", "https://app.example:8443/cb": "", "http://localhost/cb": "",
		"com.example.app:/cb": "", "com.example.app://oc:1/cb": "", "oc": "", "": "", "HTTPS://app.example": "HTTPS",
	} {
		if got := schemes.Undotted(uri); got != want {
			t.Errorf("%q: %q", strings.ToValidUTF8(uri, ""), got)
		}
	}
}
