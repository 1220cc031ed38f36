package browser

import (
	"maps"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

// allSamples are samples, and pages about second factors.
func allSamples(base string) map[string]ui.Page {
	out := samples(base)
	maps.Copy(out, factorSamples(base))
	return out
}

func factorSamples(base string) map[string]ui.Page {
	wiki := ui.Application{Name: "Team Wiki", ID: "team-a.wiki", Namespace: "team-a", LogoURI: base + "/logo.svg"}
	const uri = "otpauth://totp/login.example.com:alice?algorithm=SHA1&digits=6&issuer=login.example.com&period=30&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	return map[string]ui.Page{
		"factor": ui.Factor{
			Application: &wiki, Action: "/login/factor", Person: "Alice Example", Username: "alice", App: true, Recovery: true,
			Problem: texts.Join(texts.T("Too many wrong codes. Wait %d seconds, then try again.", 30), "You can also give a recovery code."), CancelURI: "/login",
		},
		"factor-recovery": ui.Factor{Action: "/login/factor", Person: strings.Repeat("Alexandra", 14), Username: strings.Repeat("u", 128), CancelURI: "/login"},
		"enroll": ui.Enroll{
			Action: "/account/security", Person: "Alice Example", Username: "alice", Required: true, URI: uri, Secret: "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP",
			Problem: "The code is wrong. Give the one that the app shows now. The clock of the phone must be right.", CancelURI: "/account/security",
		},
		"codes":          ui.Codes{Action: "/account/security", Codes: []string{"abcde-fghij", "klmno-pqrst", "uvwxy-z2345"}},
		"security-empty": ui.Security{Person: "Alice Example", Username: "alice", Action: "/account/security", AccountURI: "/account"},
		"security": ui.Security{
			Person: "Alice Example", Username: "alice", Action: "/account/security", AccountURI: "/account", Problem: "You have no second factor. Add one first.",
			Passkey: `{"challenge":"AAAA"}`, Passkeys: []ui.Passkey{{ID: "AA", Name: "Phone", Added: time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC), Used: time.Date(2026, 2, 2, 15, 4, 5, 0, time.UTC)}, {ID: "AB"}},
			App: time.Date(2026, 1, 2, 15, 4, 5, 0, time.UTC), Recovery: 1, HasFactor: true, Failures: 3,
		},
		"password": ui.Password{
			Action: "/account/password", Person: "Alice Example", Username: "alice", Shortest: 8, AccountURI: "/account",
			Problem: "Your password was changed elsewhere meanwhile. This change was not made.",
		},
		"password-set": ui.PasswordSet{Person: strings.Repeat("Alexandra", 14), Username: strings.Repeat("u", 128), Others: "You are signed out of all other browsers.", AccountURI: "/account"},
	}
}
