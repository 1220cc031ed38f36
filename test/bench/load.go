package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// target is where a load generator sends the same request again and again.
type target struct {
	address string
	request []byte
	// prepare, if set, makes as many requests that differ, before the load begins.
	prepare func(n int) [][]byte
	// status is what each is answered with; 200 if it is 0.
	status int
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

// getting returns a target that reads a path.
func getting(address, path string) target {
	return target{address: address, request: fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, address)}
}

// load sends the given number of requests over that many connections, each one
// after the answer to the one before, and returns how long it took. Any other status is an
// error.
func (t target) load(ctx context.Context, connections, requests int) (time.Duration, error) {
	lines, hangUp, err := dialAll(ctx, t.address, connections)
	if err != nil {
		return 0, err
	}
	defer hangUp()
	next := func() []byte { return t.request }
	if t.prepare != nil {
		prepared, taken := t.prepare(requests), atomic.Int64{}
		next = func() []byte { return prepared[taken.Add(1)-1] }
	}
	return drive(connections, requests, func(worker int) error { return lines[worker].askFor(cmp.Or(t.status, http.StatusOK), next()) })
}
