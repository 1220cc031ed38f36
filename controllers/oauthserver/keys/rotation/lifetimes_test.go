package rotation

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

func named(key keyring.Key, lifetime time.Duration) oauthv1alpha1.KeyStatus {
	status := oauthv1alpha1.KeyStatus{ID: key.ID, Use: key.Use}
	if lifetime > 0 {
		status.LongestLifetime = &metav1.Duration{Duration: lifetime}
	}
	return status
}

func TestHowLongWhatAKeyMadeLives(t *testing.T) {
	now := Longest{Signing: time.Hour, Root: month}
	old, recent := noon.Add(-time.Hour), noon.Add(-time.Second)
	tests := map[string]struct {
		ring  []keyring.Key
		named []oauthv1alpha1.KeyStatus
		want  time.Duration
	}{
		"a key that was just made":                        {[]keyring.Key{keyOf(es256, "a", recent)}, nil, time.Hour},
		"a key that is not used yet":                      {[]keyring.Key{stagedKey(es256, "a", old)}, nil, time.Hour},
		"a key of which nobody wrote it down":             {[]keyring.Key{keyOf(es256, "a", old)}, nil, serverspec.MaxToken},
		"a key of an earlier release":                     {[]keyring.Key{former(es256, "a", old)}, []oauthv1alpha1.KeyStatus{named(former(es256, "a", old), 0)}, serverspec.MaxToken},
		"a root key of an earlier release":                {[]keyring.Key{former(root, "a", old)}, []oauthv1alpha1.KeyStatus{named(former(root, "a", old), 0)}, serverspec.MaxRefresh},
		"settings that grew":                              {[]keyring.Key{keyOf(es256, "a", old)}, []oauthv1alpha1.KeyStatus{named(keyOf(es256, "a", old), time.Minute)}, time.Hour},
		"settings that shrank":                            {[]keyring.Key{keyOf(es256, "a", old)}, []oauthv1alpha1.KeyStatus{named(keyOf(es256, "a", old), 2*time.Hour)}, 2 * time.Hour},
		"settings that grew when another key signs":       {[]keyring.Key{keyOf(es256, "a", old), keyOf(es256, "b", noon.Add(-slack))}, []oauthv1alpha1.KeyStatus{named(keyOf(es256, "a", old), time.Minute)}, time.Minute},
		"settings that grew when a replica may be behind": {[]keyring.Key{keyOf(es256, "a", old), keyOf(es256, "b", recent)}, []oauthv1alpha1.KeyStatus{named(keyOf(es256, "a", old), time.Minute)}, time.Hour},
		"an old root key, whose Grants live on":           {[]keyring.Key{keyOf(root, "a", old), keyOf(root, "b", noon.Add(-slack))}, []oauthv1alpha1.KeyStatus{named(keyOf(root, "a", old), time.Minute)}, month},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Lifetimes(keyring.New(test.ring...), test.named, now, noon)["a"]; got != test.want {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestTheLongestOfAllSettings(t *testing.T) {
	span := func(d time.Duration) *metav1.Duration { return &metav1.Duration{Duration: d} }
	server := &oauthv1alpha1.OAuthServer{}
	if got := LongestOf(serverspec.Of(server).Tokens); got != (Longest{15 * time.Minute, keyring.ConsentLifetime}) {
		t.Errorf("of an empty server it is %+v", got)
	}
	server.Spec.Tokens.AccessToken.Lifetime, server.Spec.Tokens.IDToken.Lifetime = span(time.Minute), span(2*time.Minute)
	server.Spec.Tokens.RefreshToken.Lifetime = span(serverspec.MaxRefresh)
	got := LongestOf(serverspec.Of(server).Tokens)
	if got != (Longest{2 * time.Minute, serverspec.MaxRefresh}) {
		t.Errorf("of a server it is %+v", got)
	}
	client := oauthv1alpha1.ClientTokens{AccessToken: oauthv1alpha1.AccessTokenSettings{Lifetime: span(time.Hour)}}
	if got = got.With(client, clientpolicy.Limits{}); got != (Longest{time.Hour, serverspec.MaxRefresh}) {
		t.Errorf("with a client it is %+v", got)
	}
}

// A client that asks for more than its policies allow is refused, so nothing lives as long.
func TestAClientHasNothingLiveLongerThanItsPoliciesAllow(t *testing.T) {
	span := func(d time.Duration) *metav1.Duration { return &metav1.Duration{Duration: d} }
	greedy := oauthv1alpha1.ClientTokens{
		AccessToken:  oauthv1alpha1.AccessTokenSettings{Lifetime: span(24 * time.Hour)},
		IDToken:      oauthv1alpha1.IDTokenSettings{Lifetime: span(24 * time.Hour)},
		RefreshToken: oauthv1alpha1.RefreshTokenSettings{Lifetime: span(serverspec.MaxRefresh)},
	}
	limits := clientpolicy.Limits{
		AccessLifetime:  clientpolicy.Ceiling[time.Duration]{Most: time.Hour, By: "p"},
		IDLifetime:      clientpolicy.Ceiling[time.Duration]{Most: 2 * time.Hour, By: "p"},
		RefreshLifetime: clientpolicy.Ceiling[time.Duration]{Most: month, By: "p"},
	}
	if got := (Longest{}).With(greedy, limits); got != (Longest{2 * time.Hour, month}) {
		t.Errorf("it is %+v", got)
	}
}
