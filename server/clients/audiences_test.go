package clients_test

import (
	"net/url"
	"slices"
	"testing"

	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/clients"
)

func TestAudiences(t *testing.T) {
	for name, test := range map[string]struct {
		own  []string
		form string
		want []string
		ok   bool
	}{
		"nothing asked":                  {[]string{"a"}, "", nil, true},
		"an empty value":                 {[]string{"a"}, "audience=", nil, false},
		"a space at the end":             {[]string{"a"}, "audience=a+", nil, false},
		"an audience with a slash":       {[]string{"https://a.example"}, "audience=https://a.example/", nil, false},
		"one of its own":                 {[]string{"a", "b"}, "audience=b", []string{"b"}, true},
		"several in one":                 {[]string{"a", "b"}, "audience=a+b", []string{"a", "b"}, true},
		"one in each":                    {[]string{"a", "b"}, "audience=a&audience=b", []string{"a", "b"}, true},
		"the same twice":                 {[]string{"a"}, "audience=a&resource=a&resource=a", []string{"a"}, true},
		"a resource":                     {[]string{"https://a.example/x"}, "resource=https://a.example/x", []string{"https://a.example/x"}, true},
		"none of its own":                {nil, "audience=a", nil, false},
		"one too many":                   {[]string{"a"}, "audience=a+b", nil, false},
		"other case":                     {[]string{"a"}, "audience=A", nil, false},
		"a resource with a space":        {[]string{"a", "b"}, "resource=a+b", nil, false},
		"an empty resource":              {[]string{"a"}, "resource=", nil, false},
		"a URL below":                    {[]string{"https://a"}, "resource=https://a/b", nil, false},
		"a slash after the host":         {[]string{"https://a.example"}, "resource=https://a.example/", []string{"https://a.example"}, true},
		"no slash at the end":            {[]string{"https://a.example/mcp/"}, "resource=https://a.example/mcp", []string{"https://a.example/mcp/"}, true},
		"two slashes at the end":         {[]string{"https://a.example/"}, "resource=https://a.example//", nil, false},
		"scheme and host in other case":  {[]string{"https://a.example/x"}, "resource=HTTPS://A.Example/x", []string{"https://a.example/x"}, true},
		"a path in other case":           {[]string{"https://a.example/x"}, "resource=https://a.example/X", nil, false},
		"the default port":               {[]string{"https://a.example"}, "resource=https://a.example:443", []string{"https://a.example"}, true},
		"the default port of the other":  {[]string{"https://a.example"}, "resource=https://a.example:80", nil, false},
		"another scheme":                 {[]string{"https://a.example"}, "resource=http://a.example", nil, false},
		"a query":                        {[]string{"https://a.example"}, "resource=https://a.example?x", nil, false},
		"a fragment":                     {[]string{"https://a.example"}, "resource=https://a.example%23x", nil, false},
		"an empty fragment":              {[]string{"https://a.example"}, "resource=https://a.example%23", nil, false},
		"a user":                         {[]string{"https://a.example"}, "resource=https://x@a.example", nil, false},
		"the exact one of two spellings": {[]string{"https://a.example", "https://a.example/"}, "resource=https://a.example/", []string{"https://a.example/"}, true},
	} {
		form, err := url.ParseQuery(test.form)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := clients.New(clientspec.Client{Audiences: test.own}).Audiences(form)
		if ok != test.ok || !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
}
