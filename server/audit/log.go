package audit

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Lines takes lines of the log.
type Lines interface {
	// Admit waits until there is room for more lines. Its error says that there is none.
	Admit(ctx context.Context) error
	// Append takes one line, which it copies; an urgent one is written at once. It
	// never waits: a request that was admitted has room.
	Append(line []byte, urgent bool)
}

// Log writes events. Without Lines it writes nothing.
type Log struct {
	// Level says whether lines of level info are wanted.
	Level *slog.Logger
	// Lines takes them.
	Lines Lines
	// Refusals bounds the lines that any sender can cause; nil bounds nothing.
	Refusals *Refusals
	// Now is the clock.
	Now func() time.Time
}

// lines are buffers for one line each.
var lines = sync.Pool{New: func() any { return new([]byte) }}

// Wants reports whether events are written at present.
func (l *Log) Wants(ctx context.Context) bool {
	return l.Lines != nil && l.Level.Enabled(ctx, slog.LevelInfo)
}

// Admit waits until the decisions of one more request can be written. Its error says that
// they cannot, so that none may be made.
func (l *Log) Admit(ctx context.Context) error {
	if l.Lines == nil {
		return nil
	}
	return l.Lines.Admit(ctx)
}

// Write writes one event, unless it is one refusal of too many.
func (l *Log) Write(e *Event, requestID, address string) {
	now := l.Now()
	omitted, ok := l.Refusals.admit(e, now)
	if !ok {
		return
	}
	e.omitted = omitted
	buffer, _ := lines.Get().(*[]byte)
	*buffer = e.AppendLine((*buffer)[:0], now, requestID, address)
	l.Lines.Append(*buffer, e.Urgent())
	lines.Put(buffer)
}
