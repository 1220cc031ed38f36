package oauthtoken

import (
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/schedule"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// base is a token of an hour that a person authorized, and this process keeps.
func base(after time.Duration, change ...func(*facts)) facts {
	f := facts{
		now: noon.Add(after), grant: oauthv1alpha1.TokenGrantAuthorizationCode, fingerprint: "f", uid: "u", holder: "me",
		state: state.State{Fingerprint: "f", AccessToken: "a", RefreshToken: "r", IssuedAt: noon, ExpiresAt: noon.Add(time.Hour)},
	}
	for _, c := range change {
		c(&f)
	}
	return f
}

func machine(f *facts) { f.grant, f.state.RefreshToken = oauthv1alpha1.TokenGrantClientCredentials, "" }

func attempt(holder, handover string) func(*facts) {
	return func(f *facts) { f.state.Attempt = &state.Attempt{Holder: holder, ID: "1", Handover: handover} }
}

func TestTheNextStep(t *testing.T) {
	due := schedule.Next(noon, noon.Add(time.Hour), schedule.Spread("u", noon))
	end := noon.Add(time.Hour)
	for sentence, test := range map[string]struct {
		facts facts
		want  decision
	}{
		"a token that is not due":        {base(time.Minute), decision{until: due, next: due}},
		"one that is due":                {base(due.Sub(noon)), decision{step: refresh, next: due}},
		"one that has expired":           {base(2 * time.Hour), decision{step: refresh, next: due}},
		"one in a pause":                 {base(50*time.Minute, func(f *facts) { f.notBefore = noon.Add(51 * time.Minute) }), decision{until: noon.Add(51 * time.Minute), next: noon.Add(51 * time.Minute)}},
		"of a machine, not due":          {base(time.Minute, machine), decision{until: due, next: due}},
		"of a machine, due":              {base(50*time.Minute, machine), decision{step: ask, next: due}},
		"of a machine, none yet":         {base(0, machine, func(f *facts) { f.state = state.State{} }), decision{step: ask}},
		"of a machine, spec changed":     {base(time.Minute, machine, func(f *facts) { f.fingerprint = "g" }), decision{step: ask}},
		"nobody authorized":              {base(0, func(f *facts) { f.state = state.State{} }), decision{step: authorize, reason: "AuthorizationRequired"}},
		"the spec changed":               {base(0, func(f *facts) { f.fingerprint = "g" }), decision{step: authorize, reason: "SpecChanged"}},
		"it was revoked":                 {base(0, func(f *facts) { f.state.Ended = "AuthorizationRevoked" }), decision{step: authorize, reason: "AuthorizationRevoked"}},
		"it was revoked for the spec":    {base(0, func(f *facts) { f.state.Ended, f.state.EndedFor = "AuthorizationRevoked", "f" }), decision{step: authorize, reason: "AuthorizationRevoked"}},
		"a code failed for another spec": {base(0, func(f *facts) { f.state.Ended, f.state.EndedFor = "CodeNotRedeemed", "g" }), decision{until: due, next: due}},
		"a code failed for another spec, nobody authorized this one": {base(0, func(f *facts) { f.state = state.State{Ended: "CodeNotRedeemed", EndedFor: "g"} }),
			decision{step: authorize, reason: "AuthorizationRequired"}},
		"of a machine, a token that expired as it came": {base(0, machine, func(f *facts) { f.state.ExpiresAt, f.sent = noon, noon }),
			decision{until: noon.Add(schedule.LeastInterval)}},
		"no refresh token, valid":   {base(0, func(f *facts) { f.state.RefreshToken = "" }), decision{until: end}},
		"no refresh token, 3 days":  {base(0, func(f *facts) { f.state.RefreshToken, f.state.ExpiresAt = "", noon.Add(72*time.Hour) }), decision{until: noon.Add(48 * time.Hour)}},
		"no refresh token, no end":  {base(0, func(f *facts) { f.state.RefreshToken, f.state.ExpiresAt = "", time.Time{} }), decision{}},
		"no refresh token, expired": {base(time.Hour, func(f *facts) { f.state.RefreshToken = "" }), decision{step: authorize, reason: "NoRefreshToken"}},
		"another process is at it": {base(50*time.Minute, attempt("other", ""), func(f *facts) { f.seen = noon.Add(50 * time.Minute) }),
			decision{until: noon.Add(50*time.Minute + takeover), next: noon.Add(50*time.Minute + takeover)}},
		"another process was at it for long": {base(50*time.Minute, attempt("other", ""), func(f *facts) { f.seen = noon.Add(40 * time.Minute) }),
			decision{step: refresh, next: due}},
		"this process was at it":        {base(50*time.Minute, attempt("me", "")), decision{step: refresh, next: due}},
		"a code":                        {base(0, func(f *facts) { f.handover = "h" }), decision{step: redeem}},
		"a code that was spent":         {base(0, func(f *facts) { f.handover, f.state.Handover = "h", "h" }), decision{until: due, next: due}},
		"a code, nobody authorized yet": {base(0, func(f *facts) { f.state, f.handover = state.State{}, "h" }), decision{step: redeem, reason: "AuthorizationRequired"}},
		"a code that this process sent": {base(0, attempt("me", "h"), func(f *facts) { f.handover = "h" }), decision{step: abandon}},
		"a code that could not be sent": {base(0, attempt("me", "h"), func(f *facts) { f.handover, f.unspent = "h", true }), decision{step: redeem}},
		"a code that another process may be sending": {base(0, attempt("other", "h"), func(f *facts) { f.handover, f.seen = "h", noon }),
			decision{until: noon.Add(takeover)}},
		"a code that another process sent": {base(takeover, attempt("other", "h"), func(f *facts) { f.handover, f.seen = "h", noon }),
			decision{step: abandon}},
		"a newer code than the one that another process sent": {base(takeover, attempt("other", "g"), func(f *facts) { f.handover, f.seen = "h", noon }),
			decision{step: redeem}},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := decide(test.facts); got != test.want {
				t.Errorf("%+v, not %+v", got, test.want)
			}
		})
	}
}

// A token of the shortest lifetime outlives a process that died while it was replaced.
func TestATakeoverComesBeforeTheEnd(t *testing.T) {
	lifetime := schedule.ShortestLifetime + time.Second
	latest := schedule.Next(noon, noon.Add(lifetime), 1)
	if left := noon.Add(lifetime).Sub(latest) - takeover; left < 10*time.Second {
		t.Errorf("only %s are left for the second attempt", left)
	}
	if attemptTimeout+storing >= takeover {
		t.Error("another process may send while the first one stores")
	}
}
