package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"sync"
	"syscall"
	"time"

	"golang.org/x/oauth2"
)

// load asks for tokens at a steady rate, in turn over a new connection and over
// kept ones of HTTP/2 and of HTTP/1.1. Its report says what failed, and what failed
// again for a client that tries once more.
func load(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("load", flag.ContinueOnError)
	var c credentials
	set.StringVar(&c.secret, "secret", "", "directory of the client's Secret")
	listen := set.String("listen", ":8080", "host:port of the report")
	rate := set.Int("rate", 20, "requests per second")
	if err := set.Parse(args); err != nil {
		return err
	}
	l := &loader{credentials: c, clients: []*http.Client{
		client(func(t *http.Transport) { t.DisableKeepAlives = true }),
		client(func(*http.Transport) {}),
		client(func(t *http.Transport) { t.ForceAttemptHTTP2, t.Protocols = false, onlyHTTP1() }),
	}}
	go l.run(ctx, time.Second/time.Duration(*rate))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /report", func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(l.take()) })
	return serve(ctx, *listen, mux)
}

// Report is about the requests that ended since the last one.
type Report struct {
	// Requests that ended; Refused of them because nobody listened at the address
	// that the Service chose; Failed for another reason, and Why of some.
	Requests int `json:"requests"`
	Refused  int `json:"refused"`
	Failed   int `json:"failed"`
	// FailedTwice are those whose second try failed as well.
	FailedTwice int      `json:"failedTwice"`
	Why         []string `json:"why"`
	// Slowest took this many milliseconds.
	Slowest int64 `json:"slowest"`
}

type loader struct {
	credentials credentials
	clients     []*http.Client

	mutex  sync.Mutex
	report Report
}

func client(change func(*http.Transport)) *http.Client {
	own := &http.Transport{ForceAttemptHTTP2: true}
	change(own)
	return &http.Client{Transport: own, Timeout: 10 * time.Second}
}

func onlyHTTP1() *http.Protocols {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &protocols
}

func (l *loader) run(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for next := 0; ; next++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			go l.ask(ctx, l.clients[next%len(l.clients)])
		}
	}
}

// ask asks for a token, and once more if there is none.
func (l *loader) ask(ctx context.Context, client *http.Client) {
	started := time.Now()
	first := l.once(ctx, client)
	took := time.Since(started)
	var second error
	if first != nil {
		second = l.once(ctx, client)
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.report.Requests++
	l.report.Slowest = max(l.report.Slowest, took.Milliseconds())
	switch {
	case first == nil:
		return
	case errors.Is(first, syscall.ECONNREFUSED):
		l.report.Refused++
	default:
		l.report.Failed++
	}
	if second != nil {
		l.report.FailedTwice++
		first = errors.Join(first, second)
	}
	if len(l.report.Why) < 10 {
		l.report.Why = append(l.report.Why, fmt.Sprintf("%s: %v", time.Now().UTC().Format(time.TimeOnly), first))
	}
}

func (l *loader) once(ctx context.Context, client *http.Client) error {
	config, err := l.credentials.config()
	if err != nil {
		return err
	}
	_, err = config.Token(context.WithValue(ctx, oauth2.HTTPClient, client))
	return err
}

func (l *loader) take() Report {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	taken := l.report
	l.report = Report{}
	return taken
}
