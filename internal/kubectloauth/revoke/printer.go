package revoke

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/sessions"
)

// printer writes a line for each object as it ends, and counts them.
type printer struct {
	w      io.Writer
	dryRun bool

	mu sync.Mutex
	// counts are the objects that ended, by kind.
	counts   map[string]int
	failures []string
	// err is that of the first line that could not be written.
	err error
}

func (p *printer) done(s sessions.Session, user string) {
	line := s.Title() + ": " + s.Kind.Ended
	if p.dryRun {
		line = s.Title() + ": would be " + s.Kind.Ended
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
	p.print(s.Title() + ": is " + s.State + " already")
}

func (p *printer) failed(title string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failures = append(p.failures, title)
	p.print(title + ": NOT ENDED: " + err.Error())
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
	for _, title := range p.failures {
		if title == s.Title() {
			return true
		}
	}
	return false
}

// close writes the sum. Its error says how many were not ended.
func (p *printer) close() error {
	sum := p.ended()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.print(p.sum(sum))
	if p.err != nil {
		return fmt.Errorf("print what ended: %w", p.err)
	}
	if failed := len(p.failures); failed > 0 {
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
