package account

import (
	"slices"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

func TestHosts(t *testing.T) {
	got := hosts([]string{"https://app.example/a", "http://localhost/cb", "https://app.example/b", "http://[::1]:80/"})
	if !slices.Equal(got, []string{"app.example", "localhost", "::1"}) {
		t.Errorf("the hosts are %v", got)
	}
}

func TestGrantsWithRefreshTokens(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	spec := clientspec.Client{UID: "cimd-00112233445566778899aabbccddeeff"}
	spec.Tokens.AccessLifetime = time.Hour
	virtual := clients.New(spec)
	spec.UID = "00000000-0000-0000-0000-000000000001"
	for name, test := range map[string]struct {
		client  *clients.Client
		expires time.Duration
		want    bool
	}{
		"with one":          {virtual, 24 * time.Hour, true},
		"without one":       {virtual, time.Hour, false},
		"of an OAuthClient": {clients.New(spec), time.Hour, true},
	} {
		g := &grants.Grant{RefreshedAt: now, ExpiresAt: now.Add(test.expires)}
		if got := hasRefreshToken(g, test.client); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
