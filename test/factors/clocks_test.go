package factors

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/factors/totp"
	"github.com/grantor-dev/grantor/test/inprocess"
)

// TestClocksApart gives each code to replicas whose clocks differ, one after the other: it
// counts at the first, because all go by the clock of the API server, and nowhere else.
func TestClocksApart(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	for _, by := range []time.Duration{20 * time.Second, time.Hour} {
		var ahead, behind string
		for at, by := range map[*string]time.Duration{&ahead: by, &behind: -by} {
			r := inprocess.Start(t, inprocess.Options{
				Kubeconfig: inprocess.Kubeconfig(g), Level: slog.LevelError, Now: func() time.Time { return time.Now().Add(by) },
			})
			*at = named(r.URL)
		}
		for name, replicas := range map[string][]string{
			"ahead": {ahead, behind, g.Issuer}, "behind": {behind, ahead, g.Issuer}, "right": {g.Issuer, behind, ahead},
		} {
			t.Run(fmt.Sprintf("%s by %s", name, by), func(t *testing.T) {
				p := newPerson(t, g, fmt.Sprintf("clock-%s-%d", name, int(by.Seconds())))
				codes := p.enroll(t)
				for _, at := range replicas {
					p.knownAt(t, at)
				}
				once(t, p, replicas, func() string { return codes[4] })
				once(t, p, replicas, func() string { return totp.Code(p.app.secret, totp.Step(time.Now())) })
			})
		}
	}
}

// once gives a code to one replica after the other, of which the first takes it.
func once(t *testing.T, p *person, replicas []string, code func() string) {
	t.Helper()
	given := ""
	for n, at := range replicas {
		v := stayingAt(p.g, at)
		view := p.at(t, v, at+"/account")
		if given == "" {
			given = code()
		}
		view = give(t, v, view, given)
		if in := signedInAt(t, v, at); in != (n == 0) {
			t.Errorf("replica %d answers %d, and signs in: %t", n, view.Status, in)
		}
	}
}
