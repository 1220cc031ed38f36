package token

import "testing"

func TestAudiencesAreComparedAsTheyAre(t *testing.T) {
	for name, test := range map[string]struct {
		allowed, requested []string
		ok                 bool
	}{
		"nothing asked":      {[]string{"a"}, nil, true},
		"one of its own":     {[]string{"a", "b"}, []string{"b"}, true},
		"all of its own":     {[]string{"a", "b"}, []string{"a", "b"}, true},
		"none allowed":       {nil, []string{"a"}, false},
		"one too many":       {[]string{"a"}, []string{"a", "b"}, false},
		"a URL below":        {[]string{"https://a"}, []string{"https://a/b"}, false},
		"a slash at the end": {[]string{"https://a"}, []string{"https://a/"}, false},
		"empty":              {[]string{"a"}, []string{""}, false},
		"other case":         {[]string{"a"}, []string{"A"}, false},
	} {
		if err := exactAudiences(test.allowed, test.requested); (err == nil) != test.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
