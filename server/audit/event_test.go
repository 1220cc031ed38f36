package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"
)

type client struct{}

func (client) GetID() string     { return "team.app" }
func (client) Namespace() string { return "team" }
func (client) Name() string      { return "app" }

func line(t *testing.T, e Event) map[string]any {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal(e.AppendLine(nil, time.Now(), "id", "192.0.2.1"), &fields); err != nil {
		t.Fatal(err)
	}
	delete(fields, "time")
	return fields
}

func TestLines(t *testing.T) {
	tests := map[string]struct {
		event Event
		want  map[string]any
	}{
		"a token of a person": {
			Event{Decision: Token, Client: client{}, Subject: "local:7", Grant: "g", GrantType: "refresh_token", Scopes: []string{"openid"}},
			map[string]any{
				"level": "INFO", "msg": "audit", "decision": "token", "outcome": "granted", "request_id": "id", "address": "192.0.2.1",
				"client": "team/app", "client_id": "team.app", "subject": "local:7", "grant": "g", "grant_type": "refresh_token",
				"scopes": []any{"openid"},
			}},
		"a client that did not get in": {
			Event{Decision: Token, Refused: "invalid_client", Claimed: "team.app", Cause: WrongSecret},
			map[string]any{
				"level": "INFO", "msg": "audit", "decision": "token", "outcome": "refused", "reason": "invalid_client",
				"claimed_client_id": "team.app", "cause": "wrong_secret", "request_id": "id", "address": "192.0.2.1",
			}},
		"a client ends another": {
			Event{Decision: Withdrawal, Client: client{}, Ended: client{}, Subject: "local:7"},
			map[string]any{
				"level": "INFO", "msg": "audit", "decision": "withdrawal", "outcome": "granted", "request_id": "id", "address": "192.0.2.1",
				"client": "team/app", "client_id": "team.app", "subject": "local:7", "ended_client_id": "team.app",
			}},
		"a stranger is not named": {
			Event{Decision: Login, Refused: "access_denied"},
			map[string]any{
				"level": "INFO", "msg": "audit", "decision": "login", "outcome": "refused", "reason": "access_denied",
				"request_id": "id", "address": "192.0.2.1",
			}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, _ := json.Marshal(line(t, test.event))
			want, _ := json.Marshal(test.want)
			if !bytes.Equal(got, want) {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestLineHoldsOnlyDocumentedFields(t *testing.T) {
	documented := []string{
		"address", "audiences", "cause", "claimed_client_id", "client", "client_id", "decision", "grant", "grant_type", "level", "msg", "offline", "omitted", "outcome", "reason", "request_id", "scopes", "subject",
	}
	fields := slices.Sorted(maps.Keys(line(t, Event{
		Decision: Token, Refused: "r", Client: client{}, Subject: "s", Grant: "g", GrantType: "t", Scopes: []string{"a"}, Claimed: "c", Cause: Malformed,
		Audiences: []string{"a"}, Offline: true, omitted: 1,
	})))
	if !slices.Equal(fields, documented) {
		t.Errorf("a line holds %v, documented are %v", fields, documented)
	}
}

func TestTrail(t *testing.T) {
	Record(context.Background(), Event{Decision: Login})
	ctx, trail := Begin(t.Context())
	Record(ctx, Event{Decision: Login})
	Record(context.WithoutCancel(ctx), Event{Decision: Code})
	if len(trail.Events) != 2 || trail.Events[0].Decision != Login || trail.Events[1].Decision != Code {
		t.Errorf("the trail is %+v", trail.Events)
	}
}
