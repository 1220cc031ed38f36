package credentials

import (
	"encoding/base64"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/types"
)

const callback = "https://app.example/callback"

// TestTheFormatOfARedirectSeal: seals of this format are stored in every cluster. The
// value was computed with another implementation of HKDF and HMAC.
func TestTheFormatOfARedirectSeal(t *testing.T) {
	const golden = "v1.p1.kD71_-3qg6l36fTEd0KUai8BCJPoXZkYt2tVQxQcVHc"
	r := Redirects{URIs: []string{callback}, PostLogoutURIs: []string{"https://app.example/"}}
	if got := r.Seal(pepper(t, "p1", 1), uid); got != golden {
		t.Error(got)
	}
}

func TestARedirectSealIsForOneClientAndOneList(t *testing.T) {
	current, old := pepper(t, "current", 2), pepper(t, "old", 1)
	peppers := Peppers{current, old}
	sealed := Redirects{URIs: []string{callback, "https://www.app.example/callback"}, PostLogoutURIs: []string{"https://app.example/"}}
	seal := sealed.Seal(old, uid)
	if !sealed.Sealed(peppers, uid, seal) {
		t.Fatal("what was sealed does not verify")
	}
	uris := func(uris ...string) Redirects {
		return Redirects{URIs: uris, PostLogoutURIs: sealed.PostLogoutURIs}
	}
	for name, tt := range map[string]struct {
		client    types.UID
		peppers   Peppers
		redirects Redirects
		seal      string
	}{
		"another client":             {other, peppers, sealed, seal},
		"no client":                  {"", peppers, sealed, seal},
		"one URI more":               {uid, peppers, uris(append(sealed.URIs, "https://evil.example/")...), seal},
		"one URI less":               {uid, peppers, uris(callback), seal},
		"another order":              {uid, peppers, uris(sealed.URIs[1], sealed.URIs[0]), seal},
		"two URIs in one":            {uid, peppers, uris(sealed.URIs[0] + sealed.URIs[1]), seal},
		"a URI moved to the other":   {uid, peppers, Redirects{URIs: sealed.URIs[:1], PostLogoutURIs: []string{sealed.URIs[1], "https://app.example/"}}, seal},
		"nothing":                    {uid, peppers, Redirects{}, seal},
		"a pepper that is not there": {uid, Peppers{current}, sealed, seal},
		"another pepper of that id":  {uid, Peppers{pepper(t, "old", 3)}, sealed, seal},
		"no seal":                    {uid, peppers, sealed, ""},
		"a seal of nothing":          {uid, peppers, sealed, Redirects{}.Seal(old, uid)},
		"another version":            {uid, peppers, sealed, "v2" + seal[2:]},
		"a part more":                {uid, peppers, sealed, seal + ".x"},
		"an empty sum":               {uid, peppers, sealed, "v1.old."},
		"a short sum":                {uid, peppers, sealed, seal[:len(seal)-4]},
		"not base64":                 {uid, peppers, sealed, "v1.old.***"},
	} {
		t.Run(name, func(t *testing.T) {
			if tt.redirects.Sealed(tt.peppers, tt.client, tt.seal) {
				t.Error("it verifies")
			}
		})
	}
}

// A seal of redirect URIs must not be one of a digest, nor the other way round: they
// have keys of their own.
func TestRedirectSealsHaveTheirOwnKey(t *testing.T) {
	p := pepper(t, "p1", 1)
	r := Redirects{URIs: []string{callback}}
	foreign := p
	foreign.redirects = p.seal
	if r.Sealed(Peppers{p}, uid, r.Seal(foreign, uid)) {
		t.Error("the key of digests seals redirect URIs")
	}
	if sum := strings.Split(r.Seal(p, uid), ".")[2]; base64.RawURLEncoding.DecodedLen(len(sum)) != 32 {
		t.Errorf("the sum is %q", sum)
	}
}
