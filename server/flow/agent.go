package flow

import (
	"strings"

	"github.com/grantor-dev/grantor/server/identity"
)

// maxAgent is how much of a User-Agent is read, in bytes.
const maxAgent = 512

// mark is what a User-Agent contains, and the name that it stands for.
type mark struct{ contains, name string }

// browsers and systems are in the order in which they are looked for: most browsers also say that
// they are those that came before them.
var (
	browsers = []mark{
		{"Edg/", "Microsoft Edge"}, {"EdgA/", "Microsoft Edge"}, {"EdgiOS/", "Microsoft Edge"}, {"OPR/", "Opera"}, {"Vivaldi/", "Vivaldi"},
		{"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	}
	systems = []mark{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"},
	}
)

// agentOf reads the header User-Agent. It is not believed: it only helps users to tell their own
// browsers apart. Versions are left out: they change by themselves.
func agentOf(header string) identity.Agent {
	header = header[:min(len(header), maxAgent)]
	if !strings.HasPrefix(header, "Mozilla/") {
		return identity.Agent{}
	}
	return identity.Agent{Browser: find(browsers, header), System: find(systems, header)}
}

func find(marks []mark, header string) string {
	for _, m := range marks {
		if strings.Contains(header, m.contains) {
			return m.name
		}
	}
	return ""
}
