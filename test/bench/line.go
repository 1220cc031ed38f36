package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
)

// line is a kept-alive connection of a load generator. It speaks just enough
// HTTP/1.1 to cost little, so that the server gets the CPU.
type line struct {
	conn    net.Conn
	answers *bufio.Reader
	// status, location and body are the last answer; the next one overwrites them.
	status         int
	location, body []byte
}

func dial(ctx context.Context, address string) (*line, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &line{conn: conn, answers: bufio.NewReader(conn)}, nil
}

// dialAll opens several lines. The function that it returns closes them; the end of
// ctx does, too, because an interrupted run must not wait for a server that hangs.
func dialAll(ctx context.Context, address string, n int) ([]*line, func(), error) {
	open := make([]*line, 0, n)
	shut := func() {
		for _, l := range open {
			_ = l.conn.Close()
		}
	}
	for range n {
		l, err := dial(ctx, address)
		if err != nil {
			shut()
			return nil, nil, err
		}
		open = append(open, l)
	}
	stop := context.AfterFunc(ctx, shut)
	return open, func() { stop(); shut() }, nil
}

// ask sends a request and reads the whole answer.
func (l *line) ask(request []byte) error {
	if _, err := l.conn.Write(request); err != nil {
		return fmt.Errorf("send a request: %w", err)
	}
	length, err := l.readHeader()
	if err != nil {
		return fmt.Errorf("read an answer: %w", err)
	}
	if cap(l.body) < length {
		l.body = make([]byte, length)
	}
	l.body = l.body[:length]
	if _, err := io.ReadFull(l.answers, l.body); err != nil {
		return fmt.Errorf("read an answer: %w", err)
	}
	return nil
}

// askFor is ask for an answer with the status; any other one is an error.
func (l *line) askFor(status int, request []byte) error {
	if err := l.ask(request); err != nil {
		return err
	}
	if l.status != status {
		return fmt.Errorf("the answer is %d and not %d: %.200s", l.status, status, l.body)
	}
	return nil
}

// readHeader reads up to the body and returns its length.
func (l *line) readHeader() (length int, err error) {
	l.status, l.location, length = 0, l.location[:0], -1
	for {
		text, err := l.answers.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		text = bytes.TrimRight(text, "\r\n")
		if len(text) == 0 {
			break
		}
		if l.status == 0 {
			if l.status, err = statusOf(text); err != nil {
				return 0, err
			}
		} else if value, ok := bytes.CutPrefix(text, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, err
			}
		} else if value, ok := bytes.CutPrefix(text, []byte("Location: ")); ok {
			l.location = append(l.location, value...)
		}
	}
	if length < 0 {
		return 0, errors.New("it has no Content-Length")
	}
	return length, nil
}

// statusOf reads the first line of an answer.
func statusOf(text []byte) (int, error) {
	rest, ok := bytes.CutPrefix(text, []byte("HTTP/1.1 "))
	if !ok || len(rest) < 3 {
		return 0, fmt.Errorf("it begins with %q", text)
	}
	return strconv.Atoi(string(rest[:3]))
}
