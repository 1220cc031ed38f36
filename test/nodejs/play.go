package nodejs

import (
	"encoding/json"
	"testing"
)

// Play plays a scenario of test/browser/playwright in a Chromium of its own, which gets more
// arguments, and reads what it returns into result. It returns what the browser complained
// about.
func Play(t testing.TB, scenario string, input, result any, args ...string) (complaints []string) {
	t.Helper()
	order, err := json.Marshal(map[string]any{"chromium": Chromium(t), "scenario": scenario, "input": input, "args": args})
	if err != nil {
		t.Fatal(err)
	}
	output := Run(t, Installed(t, "test/browser/playwright"), order, "node", "main.mjs")
	played := struct {
		Result     any      `json:"result"`
		Complaints []string `json:"complaints"`
	}{Result: result}
	if err := json.Unmarshal(output, &played); err != nil {
		t.Fatalf("%s answered %s: %v", scenario, output, err)
	}
	return played.Complaints
}
