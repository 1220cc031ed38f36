package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// target is where a load generator sends the same request again and again. It
// speaks just enough HTTP/1.1 to cost little, so that the server gets the CPU.
type target struct {
	address string
	request []byte
}

// tokenRequest returns a target that asks for tokens with client_credentials.
func tokenRequest(address string, c *credential) target {
	return post(address, "/token", c, tokenForm)
}

// tokenForm is the body of a token request.
const tokenForm = "grant_type=client_credentials&scope=read"

// post returns a target that sends a form as a client.
func post(address, path string, c *credential, form string) target {
	return target{address: address, request: fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Basic %s\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", path, address, c.basic(), len(form), form)}
}

// load sends the given number of requests over that many connections, each one
// after the answer to the one before, and returns how long it took. Any answer but
// 200 is an error.
func (t target) load(ctx context.Context, connections, requests int) (time.Duration, error) {
	open := make([]net.Conn, 0, connections)
	shut := func() {
		for _, conn := range open {
			_ = conn.Close()
		}
	}
	defer shut()
	for range connections {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", t.address)
		if err != nil {
			return 0, err
		}
		open = append(open, conn)
	}
	// An interrupted run must not wait for a server that hangs.
	stop := context.AfterFunc(ctx, shut)
	defer stop()

	var left atomic.Int64
	left.Store(int64(requests))
	errs := make([]error, connections)
	start := time.Now()
	var workers sync.WaitGroup
	for i, conn := range open {
		workers.Go(func() {
			answers := bufio.NewReader(conn)
			for errs[i] == nil && left.Add(-1) >= 0 {
				errs[i] = t.ask(conn, answers)
			}
		})
	}
	workers.Wait()
	return time.Since(start), errors.Join(errs...)
}

func (t target) ask(conn net.Conn, answers *bufio.Reader) error {
	if _, err := conn.Write(t.request); err != nil {
		return fmt.Errorf("send a request: %w", err)
	}
	length := -1
	for n := 0; ; n++ {
		line, err := answers.ReadSlice('\n')
		if err != nil {
			return fmt.Errorf("read an answer: %w", err)
		}
		line = bytes.TrimRight(line, "\r\n")
		if n == 0 && !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) {
			return fmt.Errorf("the answer is %q", line)
		}
		if len(line) == 0 {
			break
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(value)); err != nil {
				return fmt.Errorf("read the length of an answer: %w", err)
			}
		}
	}
	if length <= 0 {
		return errors.New("an answer has no Content-Length")
	}
	_, err := answers.Discard(length)
	return err
}
