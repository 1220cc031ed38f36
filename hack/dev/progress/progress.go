package progress

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// Printer prints steps. It is safe for use by several goroutines.
type Printer struct {
	// Patience is how long a step may be silent.
	Patience time.Duration

	mu  sync.Mutex
	out io.Writer
}

// New returns a Printer with a patience of five seconds.
func New(out io.Writer) *Printer { return &Printer{out: out, Patience: 5 * time.Second} }

// Step runs a step and prints what it says it did and how long that took. A
// failure is returned under the step's name and not printed.
func (p *Printer) Step(name string, run func() (outcome string, err error)) error {
	started := time.Now()
	slow := time.AfterFunc(p.Patience, func() { p.line("...", name, "still at it") })
	outcome, err := run()
	slow.Stop()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	p.line(Took(time.Since(started)), name, outcome)
	return nil
}

// Took writes a duration in the unit that a person thinks in.
func Took(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// Heading prints a line that the following steps belong to.
func (p *Printer) Heading(text string) { p.print("\n" + text + "\n") }

// Detailf prints lines below a step.
func (p *Printer) Detailf(format string, args ...any) {
	p.print("           " + fmt.Sprintf(format, args...) + "\n")
}

// Text prints text as it is.
func (p *Printer) Text(text string) { p.print(text) }

func (p *Printer) line(when, name, outcome string) {
	p.print(fmt.Sprintf("%9s  %-14s %s\n", when, name, outcome))
}

func (p *Printer) print(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	// There is no other place to complain to.
	_, _ = io.WriteString(p.out, text)
}
