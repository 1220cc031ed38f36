package lines

import (
	"bytes"
	"context"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// delay is how long a line waits at most for others to be written with it.
	delay = 10 * time.Millisecond
	// batch is how many bytes are written without waiting for more.
	batch = 32 << 10
	// piece is how many bytes one write has at most, unless a line is longer. A pipe
	// takes them as a whole (PIPE_BUF), so that lines stay whole if other programs
	// write to it.
	piece = 4 << 10
	// room is how many bytes may wait before requests do, and most before all lines do.
	room, most = 8 << 20, 16 << 20
	// kept is the size of buffers that are used again.
	kept = 256 << 10
	// retry is how long to wait after a write that failed, as on a full disk.
	retry = 100 * time.Millisecond
	// closeTimeout is how long an end waits for lines to be written.
	closeTimeout = 5 * time.Second
)

// Writer takes lines and writes them a moment later, in order. Nothing is dropped.
type Writer struct {
	out io.Writer
	// size is how many bytes are not written yet.
	size atomic.Int64
	// first says that there are lines, hurry that they are not to wait for others.
	first, hurry chan struct{}
	// closing ends the wait for lines, written is closed when none is left after that.
	closing, written chan struct{}
	once             sync.Once

	waited, refused atomic.Uint64

	mu sync.Mutex
	// waiting are the lines that are not being written yet, spare is the other buffer,
	// which only run uses.
	waiting, spare []byte
	// since is when the write that has not succeeded yet began; zero if there is none.
	since time.Time
	// vacated is closed when there is room again; nil if no request waits for that.
	vacated chan struct{}
	// ending says that requests no longer wait for room.
	ending bool
}

// New returns a writer to out. When ctx ends, the program does: from then on lines are
// taken without limit, since waiting for room could keep it from ending.
func New(ctx context.Context, out io.Writer) *Writer {
	w := &Writer{
		out: out, first: make(chan struct{}, 1), hurry: make(chan struct{}, 1),
		closing: make(chan struct{}), written: make(chan struct{}),
	}
	context.AfterFunc(ctx, w.end)
	go w.run()
	return w
}

// Write implements io.Writer for one line of the program's own log, which is written at
// once. It waits while far too many lines do.
func (w *Writer) Write(line []byte) (int, error) {
	w.mu.Lock()
	for w.size.Load() >= most && !w.ending {
		vacated := w.vacancy()
		w.mu.Unlock()
		<-vacated
		w.mu.Lock()
	}
	w.append(line, true)
	w.mu.Unlock()
	return len(line), nil
}

// Append takes one line, which it copies, and never waits. An urgent one is written at
// once, any other within 10 milliseconds.
func (w *Writer) Append(line []byte, urgent bool) {
	w.mu.Lock()
	w.append(line, urgent)
	w.mu.Unlock()
}

func (w *Writer) append(line []byte, urgent bool) {
	if len(w.waiting) == 0 {
		signal(w.first)
	}
	w.waiting = append(w.waiting, line...)
	w.size.Add(int64(len(line)))
	if urgent || len(w.waiting) >= batch {
		signal(w.hurry)
	}
}

// Close writes what is left. It gives up after some seconds if it is not read.
func (w *Writer) Close() {
	w.end()
	w.once.Do(func() { close(w.closing) })
	select {
	case <-w.written:
	case <-time.After(closeTimeout):
	}
}

// end releases all that wait for room.
func (w *Writer) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ending = true
	w.vacate()
}

// run writes until the end.
func (w *Writer) run() {
	timer := time.NewTimer(delay)
	for {
		select {
		case <-w.first:
			timer.Reset(delay)
			select {
			case <-timer.C:
			case <-w.hurry:
			case <-w.closing:
			}
			w.flush()
		case <-w.closing:
			for w.size.Load() > 0 {
				w.flush()
			}
			close(w.written)
			return
		}
	}
}

// flush writes all lines that wait at this moment.
func (w *Writer) flush() {
	w.mu.Lock()
	lines := w.waiting
	w.waiting, w.spare = w.spare[:0], nil
	w.mu.Unlock()
	for rest := lines; len(rest) > 0; {
		rest = rest[w.write(wholeLines(rest)):]
	}
	if cap(lines) <= kept {
		w.spare = lines[:0]
	}
}

// write writes some lines and returns how many bytes were taken.
func (w *Writer) write(some []byte) int {
	w.mu.Lock()
	if w.since.IsZero() {
		w.since = time.Now()
	}
	w.mu.Unlock()
	n, err := w.out.Write(some)
	w.mu.Lock()
	if n > 0 {
		w.since = time.Time{}
	}
	if w.size.Add(-int64(n)) < room {
		w.vacate()
	}
	w.mu.Unlock()
	if err != nil {
		time.Sleep(retry) //nolint:forbidigo // nothing tells when a log can be written again
	}
	return n
}

// wholeLines returns as many whole lines as one write may have, but at least one.
func wholeLines(lines []byte) []byte {
	if len(lines) <= piece {
		return lines
	}
	end := bytes.LastIndexByte(lines[:piece], '\n')
	if end < 0 {
		end = piece + bytes.IndexByte(lines[piece:], '\n')
	}
	return lines[:end+1]
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
