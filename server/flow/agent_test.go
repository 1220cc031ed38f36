package flow

import (
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/server/identity"
)

func TestAgents(t *testing.T) {
	const webkit, chrome = "AppleWebKit/605.1.15 (KHTML, like Gecko)", "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0"
	for header, want := range map[string]identity.Agent{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0":                         {Browser: "Firefox", System: "Windows"},
		"Mozilla/5.0 (X11; Linux x86_64) " + chrome + " Safari/537.36":                                             {Browser: "Chrome", System: "Linux"},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + chrome + " Safari/537.36 Edg/141.0.0.0":                     {Browser: "Microsoft Edge", System: "Windows"},
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) " + webkit + " Version/18.6 Safari/605.1.15":              {Browser: "Safari", System: "macOS"},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) " + webkit + " CriOS/141.0 Mobile/15 Safari/604.1": {Browser: "Chrome", System: "iPhone"},
		"Mozilla/5.0 (Linux; Android 14; K) " + chrome + " Mobile Safari/537.36 SamsungBrowser/28.0":               {Browser: "Samsung Internet", System: "Android"},
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) " + chrome + " Safari/537.36 OPR/120":                            {Browser: "Opera", System: "ChromeOS"},
		"Mozilla/5.0 (Plan 9)":                {},
		"":                                    {},
		"curl/8.0 Firefox/1 Windows <script>": {},
		"Mozilla/" + strings.Repeat(" ", 600) + "Firefox/": {},
	} {
		if got := agentOf(header); got != want {
			t.Errorf("%s: %+v", header, got)
		}
	}
}
