package factors

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/server/identity/factors/totp"
	"github.com/grantor-dev/grantor/test/debian"
)

// TestCodesOfOathtool compares codes with those of another program.
func TestCodesOfOathtool(t *testing.T) {
	debian.Ensure(t, debian.Need{What: "oathtool", Packages: []string{"oathtool"}, Programs: []string{"oathtool"}})
	for n := range 50 {
		secret, at := totp.NewSecret(), time.Unix(int64(n)*41_999_999, 0).UTC()
		out, err := exec.CommandContext(t.Context(), "oathtool", "--totp", "--base32", "--now", at.Format("2006-01-02 15:04:05 UTC"), totp.Text(secret)).Output()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := totp.Code(secret, totp.Step(at)), strings.TrimSpace(string(out)); got != want {
			t.Errorf("at %s: %s, and oathtool says %s", at, got, want)
		}
	}
}
