package audit

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/clientid"
)

// writtenBySlog returns the line that slog's JSON handler would write.
func writtenBySlog(t testing.TB, e Event, at time.Time, requestID, address string) string {
	t.Helper()
	record := slog.NewRecord(at, slog.LevelInfo, "audit", 0)
	record.Add("decision", string(e.Decision), "outcome", e.outcome(), "request_id", requestID, "address", address)
	if e.Client != nil {
		record.Add("client", e.Client.Namespace()+"/"+e.Client.Name(), "client_id", idOf(e.Client))
	}
	for _, field := range []struct{ name, value string }{
		{"reason", e.Refused}, {"subject", e.Subject}, {"grant", e.Grant}, {"grant_type", e.GrantType},
		{"claimed_client_id", string(e.Claimed)}, {"cause", string(e.Cause)},
	} {
		if field.value != "" {
			record.Add(field.name, field.value)
		}
	}
	if len(e.Scopes) > 0 {
		record.Add("scopes", e.Scopes)
	}
	if len(e.Audiences) > 0 {
		record.Add("audiences", e.Audiences)
	}
	if e.Offline {
		record.Add("offline", true)
	}
	if e.omitted > 0 {
		record.Add("omitted", e.omitted)
	}
	var out bytes.Buffer
	if err := slog.NewJSONHandler(&out, nil).Handle(t.Context(), record); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// An ID that has everything which a client registered says nothing to people; the UID is shown to
// users, too.
func TestLineOfAClientThatRegistered(t *testing.T) {
	const id = "gdr_AAAA"
	want := string(clientid.OfRegistration(id))
	if told := line(t, Event{Decision: Token, Client: virtual{id}})["client_id"]; told != want {
		t.Errorf("the client is %v", told)
	}
	if told := line(t, Event{Decision: Token, Refused: "r", Claimed: Claimed(id)})["claimed_client_id"]; told != want {
		t.Errorf("the client that is claimed is %v", told)
	}
}

// FuzzLine: whatever a field holds, the line is the one that slog would write.
func FuzzLine(f *testing.F) {
	f.Add("token", "", "shop", "local:7", "read", int64(1), "UTC")
	f.Add("login", "access_denied", "", "", "", int64(1767323045123456789), "Europe/Berlin")
	f.Add("\"\\\n\r\t\x1f\x7f", "<&>", "ü", "\u2028\u2029", "\xff\xfe", int64(1767323045000000000), "Asia/Kathmandu")
	f.Fuzz(func(t *testing.T, decision, refused, clientID, subject, scope string, nanoseconds int64, zone string) {
		place, err := time.LoadLocation(zone)
		if err != nil {
			place = time.UTC
		}
		e := Event{Decision: Decision(decision), Refused: refused, Subject: subject, Grant: subject, GrantType: scope, Scopes: []string{scope, clientID}}
		if clientID != "" {
			e.Audiences, e.Offline = []string{clientID, scope}, true
			e.omitted = uint64(nanoseconds)
			e.Client, e.Claimed, e.Cause = named(clientID), ClientID(clientID), Cause(refused)
		}
		at := time.Unix(0, nanoseconds).In(place)
		if got, want := string(e.AppendLine(nil, at, decision, refused)), writtenBySlog(t, e, at, decision, refused); got != want {
			t.Errorf("\ngot  %s\nwant %s", got, want)
		}
	})
}

type named string

func (n named) GetID() string     { return string(n) }
func (n named) Namespace() string { return string(n) }
func (n named) Name() string      { return string(n) }

type kept struct {
	lines  []string
	urgent []bool
}

func (*kept) Admit(context.Context) error { return nil }

func (k *kept) Append(line []byte, urgent bool) {
	k.lines, k.urgent = append(k.lines, string(line)), append(k.urgent, urgent)
}

func TestWhatIsUrgent(t *testing.T) {
	for name, test := range map[string]struct {
		event  Event
		urgent bool
	}{
		"a token":         {Event{Decision: Token}, false},
		"a code":          {Event{Decision: Code}, false},
		"a refused token": {Event{Decision: Token, Refused: "invalid_grant"}, true},
		"a login":         {Event{Decision: Login}, true},
		"a consent":       {Event{Decision: Consent}, true},
		"a revocation":    {Event{Decision: Revocation}, true},
		"a logout":        {Event{Decision: Logout}, true},
		"a withdrawal":    {Event{Decision: Withdrawal}, true},
	} {
		t.Run(name, func(t *testing.T) {
			k := &kept{}
			l := Log{Level: slog.New(slog.NewJSONHandler(t.Output(), nil)), Lines: k, Now: time.Now}
			l.Write(&test.event, "id", "192.0.2.1")
			if len(k.lines) != 1 || k.urgent[0] != test.urgent {
				t.Errorf("urgent: %v", k.urgent)
			}
		})
	}
}

func TestNoLinesBelowTheLevel(t *testing.T) {
	l := Log{Level: slog.New(slog.NewJSONHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})), Lines: &kept{}}
	if l.Wants(t.Context()) {
		t.Error("lines of level info are wanted at level warn")
	}
	if (&Log{}).Wants(t.Context()) {
		t.Error("lines are wanted where nobody takes them")
	}
}

func BenchmarkLine(b *testing.B) {
	e := Event{Decision: Token, Client: client{}, GrantType: "client_credentials", Scopes: []string{"read", "write"}}
	var line []byte
	for b.Loop() {
		line = e.AppendLine(line[:0], time.Now(), "5f0c4f4e8a1d2b3c", "192.0.2.1")
	}
}
