package lines

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// sink is where lines are written: it can block and fail.
type sink struct {
	mu     sync.Mutex
	text   bytes.Buffer
	writes int
	fails  error
	gate   chan struct{}
}

func (s *sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	gate := s.gate
	s.mu.Unlock()
	if gate != nil {
		<-gate
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writes++
	if s.fails != nil {
		n, err := len(p)/2, s.fails
		s.fails = nil
		s.text.Write(p[:n])
		return n, err
	}
	return s.text.Write(p)
}

func (s *sink) read() (text string, writes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String(), s.writes
}

// block makes writes wait until the returned function is called.
func (s *sink) block() func() {
	gate := make(chan struct{})
	s.mu.Lock()
	s.gate = gate
	s.mu.Unlock()
	return func() {
		s.mu.Lock()
		s.gate = nil
		s.mu.Unlock()
		close(gate)
	}
}

// full returns lines of so many bytes together.
func full(size int) []byte { return bytes.Repeat([]byte(strings.Repeat("x", 1023)+"\n"), size>>10) }

// inBubble runs f with a clock that only moves when everybody waits.
func inBubble(t *testing.T, f func(t *testing.T, s *sink, w *Writer)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &sink{}
		w := New(t.Context(), s)
		defer w.Close()
		f(t, s, w)
	})
}

func TestLinesAreWrittenWithinTenMilliseconds(t *testing.T) {
	inBubble(t, func(t *testing.T, s *sink, w *Writer) {
		w.Append([]byte("a\n"), false)
		time.Sleep(9 * time.Millisecond)
		w.Append([]byte("b\n"), false)
		if text, _ := s.read(); text != "" {
			t.Errorf("after 9 ms: %q", text)
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if text, writes := s.read(); text != "a\nb\n" || writes != 1 {
			t.Errorf("after 10 ms: %q in %d writes", text, writes)
		}
	})
}

func TestUrgentLinesAndThoseOfTheProgramAreWrittenAtOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, s *sink, w *Writer) {
		start := time.Now()
		w.Append([]byte("a\n"), false)
		w.Append([]byte("b\n"), true)
		synctest.Wait()
		if text, _ := s.read(); text != "a\nb\n" {
			t.Errorf("after an urgent line: %q", text)
		}
		_, _ = io.WriteString(w, "c\n")
		synctest.Wait()
		if text, _ := s.read(); text != "a\nb\nc\n" || time.Since(start) != 0 {
			t.Errorf("after a line of the program: %q, %s later", text, time.Since(start))
		}
	})
}

func TestManyLinesAreWrittenAtOnceAndWhole(t *testing.T) {
	inBubble(t, func(t *testing.T, s *sink, w *Writer) {
		start, line := time.Now(), strings.Repeat("x", 999)+"\n"
		for range 33 {
			w.Append([]byte(line), false)
		}
		// Urgent, because the full ones may have been taken before.
		w.Append([]byte(strings.Repeat("y", 10_000)+"\n"), true)
		synctest.Wait()
		text, writes := s.read()
		if text != strings.Repeat(line, 33)+strings.Repeat("y", 10_000)+"\n" || time.Since(start) != 0 {
			t.Errorf("%d bytes %s later", len(text), time.Since(start))
		}
		if writes != 10 {
			t.Errorf("%d writes; 33 lines of 1000 bytes are 9 of at most 4096, and one is longer", writes)
		}
	})
}

func TestWhatCouldNotBeWrittenIsWrittenLater(t *testing.T) {
	inBubble(t, func(t *testing.T, s *sink, w *Writer) {
		s.fails = errors.New("no space left on device")
		w.Append([]byte("abcd\n"), true)
		w.Append([]byte("efgh\n"), true)
		time.Sleep(time.Second)
		if text, _ := s.read(); text != "abcd\nefgh\n" {
			t.Errorf("%q", text)
		}
		if w.Waiting() != 0 || w.Stalled() != 0 {
			t.Errorf("%d bytes wait, stalled for %s", w.Waiting(), w.Stalled())
		}
	})
}

func TestNoReader(t *testing.T) {
	inBubble(t, func(t *testing.T, s *sink, w *Writer) {
		release := s.block()
		line := []byte(strings.Repeat("x", 1023) + "\n")
		lines := 0
		for ; w.Admit(t.Context()) == nil; lines++ {
			w.Append(line, false)
			time.Sleep(time.Millisecond)
		}
		if lines != room>>10 {
			t.Errorf("%d lines of 1 KiB found room", lines)
		}
		if stalled := w.Stalled(); stalled < StallAfter {
			t.Errorf("stalled for %s", stalled)
		}
		start := time.Now()
		if err := w.Admit(t.Context()); !errors.Is(err, ErrFull) || time.Since(start) != 0 {
			t.Errorf("a stalled log without room: %v, after %s", err, time.Since(start))
		}
		// Who was admitted before has room, and so has the program.
		w.Append(line, false)
		_, _ = w.Write(line)
		if counts := w.Counts(); counts.Refused != 2 || counts.Waited != 0 {
			t.Errorf("counted %+v", counts)
		}
		release()
		synctest.Wait()
		if err := w.Admit(t.Context()); err != nil || w.Stalled() != 0 {
			t.Errorf("after it was read: %v, stalled for %s", err, w.Stalled())
		}
		if text, _ := s.read(); text != strings.Repeat(string(line), lines+2) {
			t.Errorf("%d bytes of %d lines", len(text), lines+2)
		}
	})
}

func TestRequestsWaitForRoom(t *testing.T) {
	inBubble(t, func(t *testing.T, s *sink, w *Writer) {
		release := s.block()
		w.Append(full(room), true)
		time.AfterFunc(2*time.Second, release)
		start := time.Now()
		if err := w.Admit(t.Context()); err != nil || time.Since(start) != 2*time.Second {
			t.Errorf("%v after %s", err, time.Since(start))
		}
		if counts := w.Counts(); counts.Waited != 1 || counts.Refused != 0 {
			t.Errorf("counted %+v", counts)
		}
	})
}

func TestRequestsThatGiveUpAreTold(t *testing.T) {
	inBubble(t, func(t *testing.T, s *sink, w *Writer) {
		defer s.block()()
		w.Append(full(room), true)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := w.Admit(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

// TestTheEndDoesNotWaitForReaders: a log that nobody reads does not keep a program from
// ending, neither its own lines nor Close.
func TestTheEndDoesNotWaitForReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &sink{}
		release := s.block()
		defer release()
		ctx, cancel := context.WithCancel(t.Context())
		w := New(ctx, s)
		w.Append(full(most), true)
		time.AfterFunc(time.Minute, cancel)
		start := time.Now()
		_, _ = w.Write([]byte("draining\n"))
		if waited := time.Since(start); waited != time.Minute {
			t.Errorf("a line waited for %s", waited)
		}
		w.Close()
		if waited := time.Since(start); waited != time.Minute+closeTimeout {
			t.Errorf("ended after %s", waited)
		}
	})
}

// TestLinesOfManyComeWholeAndInOrder writes from many goroutines to a real pipe.
func TestLinesOfManyComeWholeAndInOrder(t *testing.T) {
	r, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	w := New(t.Context(), out)
	const writers, each = 8, 2000
	var done sync.WaitGroup
	for i := range writers {
		done.Go(func() {
			for n := range each {
				line := []byte(fmt.Sprintf("%d %d %s\n", i, n, strings.Repeat("z", n%300)))
				if n%2 == 0 {
					w.Append(line, n%10 == 0)
				} else {
					_, _ = w.Write(line)
				}
			}
		})
	}
	go func() {
		done.Wait()
		w.Close()
		_ = out.Close()
	}()
	all, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	next := [writers]int{}
	for line := range strings.Lines(string(all)) {
		var i, n int
		if _, err := fmt.Sscanf(line, "%d %d", &i, &n); err != nil || n != next[i] {
			t.Fatalf("line %q, writer %d wrote %d lines before", line, i, next[i])
		}
		if want := fmt.Sprintf("%d %d %s\n", i, n, strings.Repeat("z", n%300)); line != want {
			t.Fatalf("line %q instead of %q", line, want)
		}
		next[i]++
	}
	for i, n := range next {
		if n != each {
			t.Errorf("%d lines of writer %d", n, i)
		}
	}
}
