package browser

import (
	"encoding/json"
	"testing"

	"github.com/grantor-dev/grantor/test/nodejs"
)

// play plays a scenario of playwright/ in a browser of its own and reads what it
// returns into result.
func play(t *testing.T, scenario string, input, result any) {
	t.Helper()
	order, err := json.Marshal(map[string]any{"chromium": nodejs.Chromium(t), "scenario": scenario, "input": input})
	if err != nil {
		t.Fatal(err)
	}
	output := nodejs.Run(t, nodejs.Installed(t, "test/browser/playwright"), order, "node", "main.mjs")
	if err := json.Unmarshal(output, result); err != nil {
		t.Fatalf("%s answered %s: %v", scenario, output, err)
	}
}
