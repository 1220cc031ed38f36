package plan

import (
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/schedule"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// base is a token of an hour that a person authorized, and this process keeps.
func base(after time.Duration, change ...func(*Facts)) Facts {
	f := Facts{
		Now: noon.Add(after), Grant: oauthv1alpha1.TokenGrantAuthorizationCode, Fingerprint: "f", UID: "u", Holder: "me",
		State: state.State{Fingerprint: "f", AccessToken: "a", RefreshToken: "r", IssuedAt: noon, ExpiresAt: noon.Add(time.Hour)},
	}
	for _, c := range change {
		c(&f)
	}
	return f
}

func machine(f *Facts) { f.Grant, f.State.RefreshToken = oauthv1alpha1.TokenGrantClientCredentials, "" }

func attempt(holder, handover string) func(*Facts) {
	return func(f *Facts) { f.State.Attempt = &state.Attempt{Holder: holder, ID: "1", Handover: handover} }
}

func TestTheNextStep(t *testing.T) {
	due := schedule.Next(noon, noon.Add(time.Hour), schedule.Spread("u", noon))
	end := noon.Add(time.Hour)
	for sentence, test := range map[string]struct {
		facts Facts
		want  Decision
	}{
		"a token that is not due":        {base(time.Minute), Decision{Until: due, Next: due}},
		"one that is due":                {base(due.Sub(noon)), Decision{Step: Refresh, Next: due}},
		"one that has expired":           {base(2 * time.Hour), Decision{Step: Refresh, Next: due}},
		"one in a pause":                 {base(50*time.Minute, func(f *Facts) { f.NotBefore = noon.Add(51 * time.Minute) }), Decision{Until: noon.Add(51 * time.Minute), Next: noon.Add(51 * time.Minute)}},
		"of a machine, not due":          {base(time.Minute, machine), Decision{Until: due, Next: due}},
		"of a machine, due":              {base(50*time.Minute, machine), Decision{Step: Ask, Next: due}},
		"of a machine, none yet":         {base(0, machine, func(f *Facts) { f.State = state.State{} }), Decision{Step: Ask}},
		"of a machine, spec changed":     {base(time.Minute, machine, func(f *Facts) { f.Fingerprint = "g" }), Decision{Step: Ask}},
		"nobody authorized":              {base(0, func(f *Facts) { f.State = state.State{} }), Decision{Step: Authorize, Reason: "AuthorizationRequired"}},
		"the spec changed":               {base(0, func(f *Facts) { f.Fingerprint = "g" }), Decision{Step: Authorize, Reason: "SpecChanged"}},
		"it was revoked":                 {base(0, func(f *Facts) { f.State.Ended = "AuthorizationRevoked" }), Decision{Step: Authorize, Reason: "AuthorizationRevoked"}},
		"it was revoked for the spec":    {base(0, func(f *Facts) { f.State.Ended, f.State.EndedFor = "AuthorizationRevoked", "f" }), Decision{Step: Authorize, Reason: "AuthorizationRevoked"}},
		"a code failed for another spec": {base(0, func(f *Facts) { f.State.Ended, f.State.EndedFor = "CodeNotRedeemed", "g" }), Decision{Until: due, Next: due}},
		"a code failed for another spec, nobody authorized this one": {base(0, func(f *Facts) { f.State = state.State{Ended: "CodeNotRedeemed", EndedFor: "g"} }),
			Decision{Step: Authorize, Reason: "AuthorizationRequired"}},
		"of a machine, a token that expired as it came": {base(0, machine, func(f *Facts) { f.State.ExpiresAt, f.Sent = noon, noon }),
			Decision{Until: noon.Add(schedule.LeastInterval)}},
		"no refresh token, valid":   {base(0, func(f *Facts) { f.State.RefreshToken = "" }), Decision{Until: end}},
		"no refresh token, 3 days":  {base(0, func(f *Facts) { f.State.RefreshToken, f.State.ExpiresAt = "", noon.Add(72*time.Hour) }), Decision{Until: noon.Add(48 * time.Hour)}},
		"no refresh token, no end":  {base(0, func(f *Facts) { f.State.RefreshToken, f.State.ExpiresAt = "", time.Time{} }), Decision{}},
		"no refresh token, expired": {base(time.Hour, func(f *Facts) { f.State.RefreshToken = "" }), Decision{Step: Authorize, Reason: "NoRefreshToken"}},
		"another process is at it": {base(50*time.Minute, attempt("other", ""), func(f *Facts) { f.Seen = noon.Add(50 * time.Minute) }),
			Decision{Until: noon.Add(50*time.Minute + Takeover), Next: noon.Add(50*time.Minute + Takeover)}},
		"another process was at it for long": {base(50*time.Minute, attempt("other", ""), func(f *Facts) { f.Seen = noon.Add(40 * time.Minute) }),
			Decision{Step: Refresh, Next: due}},
		"this process was at it":        {base(50*time.Minute, attempt("me", "")), Decision{Step: Refresh, Next: due}},
		"a code":                        {base(0, func(f *Facts) { f.Handover = "h" }), Decision{Step: Redeem}},
		"a code that was spent":         {base(0, func(f *Facts) { f.Handover, f.State.Handover = "h", "h" }), Decision{Until: due, Next: due}},
		"a code, nobody authorized yet": {base(0, func(f *Facts) { f.State, f.Handover = state.State{}, "h" }), Decision{Step: Redeem, Reason: "AuthorizationRequired"}},
		"a code that this process sent": {base(0, attempt("me", "h"), func(f *Facts) { f.Handover = "h" }), Decision{Step: Abandon}},
		"a code that could not be sent": {base(0, attempt("me", "h"), func(f *Facts) { f.Handover, f.Unspent = "h", true }), Decision{Step: Redeem}},
		"a code that another process may be sending": {base(0, attempt("other", "h"), func(f *Facts) { f.Handover, f.Seen = "h", noon }),
			Decision{Until: noon.Add(Takeover)}},
		"a code that another process sent": {base(Takeover, attempt("other", "h"), func(f *Facts) { f.Handover, f.Seen = "h", noon }),
			Decision{Step: Abandon}},
		"a newer code than the one that another process sent": {base(Takeover, attempt("other", "g"), func(f *Facts) { f.Handover, f.Seen = "h", noon }),
			Decision{Step: Redeem}},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := Decide(test.facts); got != test.want {
				t.Errorf("%+v, not %+v", got, test.want)
			}
		})
	}
}

// A token of the shortest lifetime outlives a process that died while it was replaced.
func TestATakeoverComesBeforeTheEnd(t *testing.T) {
	lifetime := schedule.ShortestLifetime + time.Second
	latest := schedule.Next(noon, noon.Add(lifetime), 1)
	if left := noon.Add(lifetime).Sub(latest) - Takeover; left < 10*time.Second {
		t.Errorf("only %s are left for the second attempt", left)
	}
	if AttemptTimeout+Storing >= Takeover {
		t.Error("another process may send while the first one stores")
	}
}
