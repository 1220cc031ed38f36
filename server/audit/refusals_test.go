package audit

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// virtual is a client without an OAuthClient.
type virtual struct{ id string }

func (v virtual) GetID() string   { return v.id }
func (virtual) Namespace() string { return "" }
func (virtual) Name() string      { return "" }

// Whoever has many clients without an OAuthClient has no more lines, and takes no memory for each.
func TestClientsWithoutAnOAuthClientShareTheirLines(t *testing.T) {
	for name, id := range map[string]string{"registered": "gdr_%d", "documents": "https://app%d.example/client"} {
		for who, event := range map[string]func(id string) Event{
			"named": func(id string) Event { return Event{Decision: Code, Refused: "r", Client: virtual{id}} },
			"claimed": func(id string) Event {
				return Event{Decision: Token, Refused: "r", Claimed: Claimed(id), Cause: WrongSecret}
			},
		} {
			k, refusals := &kept{}, NewRefusals()
			l := Log{Lines: k, Refusals: refusals, Now: func() time.Time { return time.Unix(1_800_000_000, 0) }}
			for n := range 500 {
				e := event(fmt.Sprintf(id, n))
				l.Write(&e, "id", "192.0.2.1")
			}
			if len(k.lines) != perSender.Burst || len(refusals.omitted) != 1 {
				t.Errorf("%s, %s: %d lines, and %d are counted", name, who, len(k.lines), len(refusals.omitted))
			}
		}
	}
}

func TestFloodsOfRefusalsAreCounted(t *testing.T) {
	tests := map[string]struct {
		event   func(n int) Event
		bounded bool
	}{
		"unknown clients": {func(n int) Event {
			return Event{Decision: Token, Refused: "r", Claimed: ClientID(fmt.Sprint(n)), Cause: UnknownClient}
		}, true},
		"wrong secrets":        {func(int) Event { return Event{Decision: Token, Refused: "r", Claimed: "team.app", Cause: WrongSecret} }, true},
		"wrong passwords":      {func(int) Event { return Event{Decision: Login, Refused: "r"} }, true},
		"requests of browsers": {func(int) Event { return Event{Decision: Code, Refused: "r", Client: client{}} }, true},
		"registrations":        {func(int) Event { return Event{Decision: Registration} }, true},
		"a client's own":       {func(int) Event { return Event{Decision: Token, Refused: "r", Client: client{}} }, false},
		"a user's own":         {func(int) Event { return Event{Decision: Code, Refused: "r", Client: client{}, Subject: "local:7"} }, false},
		"what is granted":      {func(int) Event { return Event{Decision: Token, Client: client{}} }, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			k, now := &kept{}, time.Unix(1_800_000_000, 0)
			l := Log{Lines: k, Refusals: NewRefusals(), Now: func() time.Time { return now }}
			write := func(e Event) { l.Write(&e, "id", "192.0.2.1") }
			for n := range 500 {
				write(test.event(n))
			}
			want := 500
			if test.bounded {
				want = perSender.Burst
			}
			if len(k.lines) != want {
				t.Errorf("%d lines are written", len(k.lines))
			}
			other := Event{Decision: Token, Refused: "r", Claimed: "team.other", Cause: WrongSecret}
			write(other)
			if len(k.lines) != want+1 {
				t.Error("the line about another client is left out")
			}
			now = now.Add(time.Minute)
			write(test.event(0))
			if got := k.lines[len(k.lines)-1]; test.bounded != strings.Contains(got, `,"omitted":400}`) {
				t.Errorf("the next line is %s", got)
			}
			write(test.event(0))
			if got := k.lines[len(k.lines)-1]; strings.Contains(got, "omitted") {
				t.Errorf("the line after it is %s", got)
			}
		})
	}
}
