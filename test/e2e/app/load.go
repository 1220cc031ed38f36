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

// load asks for tokens at a steady rate: every other time over a new connection,
// else over one that is kept. Its report says what failed, and what failed again
// for a client that tries once more.
func load(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("load", flag.ContinueOnError)
	var c credentials
	set.StringVar(&c.secret, "secret", "", "directory of the client's Secret")
	listen := set.String("listen", ":8080", "host:port of the report")
	rate := set.Int("rate", 20, "requests per second")
	if err := set.Parse(args); err != nil {
		return err
	}
	l := &loader{credentials: c, kept: transport(false), fresh: transport(true)}
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
	kept, fresh *http.Client

	mutex  sync.Mutex
	report Report
}

func transport(fresh bool) *http.Client {
	own, _ := http.DefaultTransport.(*http.Transport)
	own = own.Clone()
	own.DisableKeepAlives = fresh
	return &http.Client{Transport: own, Timeout: 10 * time.Second}
}

func (l *loader) run(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	client, other := l.kept, l.fresh
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			go l.ask(ctx, client)
			client, other = other, client
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
