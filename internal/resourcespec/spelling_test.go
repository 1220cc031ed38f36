package resourcespec

import "testing"

// A client may list an audience in any spelling; none is a way around the resource.
func TestLoosely(t *testing.T) {
	for text, identifier := range map[string]string{
		"https://mcp.example.com/tickets":          tickets,
		"HTTPS://MCP.example.COM/tickets":          tickets,
		"https://mcp.example.com:443/tickets":      tickets,
		"https://mcp.example.com./tickets":         tickets,
		"https://mcp.example.com/tickets/":         tickets,
		"https://mcp.example.com/tickets//":        tickets,
		"https://mcp.example.com//tickets":         tickets,
		"https://mcp.example.com/./tickets":        tickets,
		"https://mcp.example.com/x/../tickets":     tickets,
		"https://mcp.example.com/%74ickets":        tickets,
		"https://mcp.example.com/x%2F..%2Ftickets": tickets,
		"https://mcp.example.com/tickets?x=y":      tickets,
		"https://mcp.example.com/tickets#x":        tickets,
		"https://user@mcp.example.com/tickets":     tickets,
		"https://mcp.example.com/Tickets":          "https://mcp.example.com/Tickets",
		"https://mcp.example.com:8443/tickets":     "https://mcp.example.com:8443/tickets",
		"https://mcp.example.com":                  "https://mcp.example.com",
		"https://mcp.example.com/":                 "https://mcp.example.com",
		"support.tickets":                          "support.tickets",
		"api":                                      "api",
		"https://mcp.ex\u0430mple.com/tickets":     "https://mcp.ex\u0430mple.com/tickets",
		"%zz":                                      "%zz",
	} {
		if got := Loosely(text); got != identifier {
			t.Errorf("%q is taken for %q", text, got)
		}
	}
}

func TestHost(t *testing.T) {
	for identifier, host := range map[string]string{
		tickets:                           "mcp.example.com",
		"https://mcp.example.com:8443":    "mcp.example.com",
		"https://mcp.example.com@evil/":   "",
		"support.https://mcp.example.com": "",
		"support.tickets":                 "",
	} {
		if got := Host(identifier); got != host {
			t.Errorf("%q: %q", identifier, got)
		}
	}
}
