package people

import (
	"flag"
	"maps"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

var objects = flag.Int("objects", 1200, "how many request objects are mutated")

// oddValues are what a member of a request object could be.
var oddValues = []any{
	nil, true, -1, 1e300, 1.5, "", "\x00", "\u202e\ud7ff", "https://evil.example/", strings.Repeat("x", 3000), []any{}, []any{nil}, []any{"a", 1}, []any{[]any{"a"}},
	map[string]any{}, map[string]any{"id_token": map[string]any{"acr": map[string]any{"essential": true, "values": []any{1}}}}, map[string]any{"a": map[string]any{"b": nil}},
}

// Request objects that are damaged, or signed with odd values: at /authorize and at
// /par they are refused, or the browser gets a proper answer.
func TestMutatedRequestObjects(t *testing.T) {
	t.Parallel()
	s := newObjectSigner(t, jose.ES256)
	app, v, r := newApp(t, s.keys(t)), visitor(t), rand.New(rand.NewPCG(1, 2))
	app.Tokens(t, v, "alice", nil)
	names := append([]string{"iss", "aud", "sub", "exp", "nbf", "iat", "jti", "\u00e9"}, parameters...)
	pushed, answers := 0, 0
	for range *objects {
		var object string
		if r.IntN(3) == 0 {
			object, _ = s.object(t, app, nil)
			object = damaged(r, object)
		} else {
			change := map[string]any{}
			for range 1 + r.IntN(3) {
				change[names[r.IntN(len(names))]] = oddValues[r.IntN(len(oddValues))]
			}
			all, _ := members(app, nil)
			maps.Copy(all, change)
			object = s.sign(t, "oauth-authz-req+jwt", all)
		}
		view := v.Get(t, bring(app, object, nil))
		proper(t, app, object, view)
		if view.Elsewhere != nil {
			answers++
		}
		answer := app.Post(t, "/par", url.Values{"request": {object}})
		uri := text(answer.JSON["request_uri"])
		if uri == "" && (answer.Status >= 500 || answer.Code() == "") {
			t.Errorf("%s: /par answers %d %s", object, answer.Status, answer.Body)
		}
		if uri != "" {
			pushed++
			proper(t, app, object, v.Get(t, app.Issuer+"/authorize?"+url.Values{"client_id": {app.ID}, "request_uri": {uri}}.Encode()))
		}
	}
	if t.Logf("%d reached the application, %d were pushed", answers, pushed); answers < 100 || pushed < 50 {
		t.Error("the objects do not reach what they should")
	}
}

// damaged changes a text in one place.
func damaged(r *rand.Rand, text string) string {
	at := r.IntN(len(text))
	switch r.IntN(4) {
	case 0:
		return text[:at]
	case 1:
		return text[:at] + text[min(len(text), at+1+r.IntN(8)):]
	case 2:
		return text[:at] + string(rune(32+r.IntN(96))) + text[at:]
	default:
		return text[:at] + string("A.-_=\x00e"[r.IntN(7)]) + text[at+1:]
	}
}
