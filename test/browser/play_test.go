package browser

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/test/nodejs"
)

// play plays a scenario of playwright/ in a browser of its own and reads what it
// returns into result. That a browser complained fails the test, unless the complaint
// has one of the given endings.
func play(t *testing.T, scenario string, input, result any, expected ...string) {
	t.Helper()
	order, err := json.Marshal(map[string]any{"chromium": nodejs.Chromium(t), "scenario": scenario, "input": input})
	if err != nil {
		t.Fatal(err)
	}
	output := nodejs.Run(t, nodejs.Installed(t, "test/browser/playwright"), order, "node", "main.mjs")
	played := struct {
		Result     any
		Complaints []string
	}{Result: result}
	if err := json.Unmarshal(output, &played); err != nil {
		t.Fatalf("%s answered %s: %v", scenario, output, err)
	}
	for _, complaint := range played.Complaints {
		if !slices.ContainsFunc(expected, func(end string) bool { return strings.HasSuffix(complaint, end) }) {
			t.Errorf("%s: %s", scenario, complaint)
		}
	}
}
