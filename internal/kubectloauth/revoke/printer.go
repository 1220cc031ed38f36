package revoke

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/types"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/sessions"
)

// printer writes a line for each object as it ends, and counts them.
type printer struct {
	w                  io.Writer
	dryRun, namespaces bool
	// codes says that authorization codes may be left.
	codes bool

	mu sync.Mutex
	// counts are the objects that ended, by kind.
	counts map[string]int
	// failures are the objects that could not be ended, and missing those that were not found.
	failures map[types.UID]bool
	missing  int
	// err is that of the first line that could not be written.
	err error
}

func newPrinter(w io.Writer, dryRun, namespaces, codes bool) *printer {
	return &printer{w: w, dryRun: dryRun, namespaces: namespaces, codes: codes, counts: map[string]int{}, failures: map[types.UID]bool{}}
}

func (p *printer) done(s sessions.Session, user string) {
	line := p.title(s) + ": " + s.Kind.Ended
	if p.dryRun {
		line = p.title(s) + ": would be " + s.Kind.Ended
	}
	line += ", of " + user
	if s.Client != "" {
		line += " at " + s.Client
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counts[s.Kind.Name]++
	p.print(line)
}

func (p *printer) already(s sessions.Session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.print(p.title(s) + ": is " + s.State + " already")
}

func (p *printer) failed(s sessions.Session, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failures[s.Object.GetUID()] = true
	p.print(p.title(s) + ": NOT ENDED: " + err.Error())
}

func (p *printer) notFound(name string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.missing++
	p.print(sessions.Grants.Resource + "/" + name + ": NOT ENDED: " + err.Error())
}

// title names an object, with its namespace where there can be several.
func (p *printer) title(s sessions.Session) string {
	if p.namespaces {
		return s.Object.GetNamespace() + "/" + s.Title()
	}
	return s.Title()
}

func (p *printer) print(line string) {
	if _, err := fmt.Fprintln(p.w, cli.Plain(line)); err != nil && p.err == nil {
		p.err = err
	}
}

// ended returns how many objects ended.
func (p *printer) ended() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	sum := 0
	for _, n := range p.counts {
		sum += n
	}
	return sum
}

// failedBefore reports whether ending a session failed, so that it is not counted twice.
func (p *printer) failedBefore(s sessions.Session) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failures[s.Object.GetUID()]
}

// close writes the totals. Its error says how many were not ended.
func (p *printer) close() error {
	sum := p.ended()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.print(p.sum(sum))
	if p.codes {
		p.print("Codes that were issued before can be redeemed until they expire. To end those too, set spec.sessionsNotBefore of the OAuthClient.")
	}
	if p.err != nil {
		return fmt.Errorf("print what ended: %w", p.err)
	}
	if failed := len(p.failures) + p.missing; failed > 0 {
		return fmt.Errorf("%d of %d session objects were not ended", failed, failed+sum)
	}
	return nil
}

func (p *printer) sum(ended int) string {
	verb := "Ended"
	if p.dryRun {
		verb = "Would end"
	}
	if ended == 0 {
		return verb + " nothing."
	}
	var parts []string
	for _, kind := range sessions.Kinds() {
		switch n := p.counts[kind.Name]; n {
		case 0:
		case 1:
			parts = append(parts, "1 "+kind.Name)
		default:
			parts = append(parts, fmt.Sprintf("%d %ss", n, kind.Name))
		}
	}
	return verb + " " + strings.Join(parts, ", ") + "."
}
