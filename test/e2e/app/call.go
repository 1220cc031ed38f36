package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// call gets a token, calls the API with it, and writes the API's answer. The API
// starts at the same time, so a refused connection to it is no failure yet; getting
// no token is one.
func call(ctx context.Context, args []string) error {
	set := flag.NewFlagSet("call", flag.ContinueOnError)
	var c credentials
	set.StringVar(&c.secret, "secret", "", "directory of the client's Secret")
	set.StringVar(&c.assertion, "assertion", "", "file with a projected token, in place of a secret")
	set.StringVar(&c.audience, "audience", "", "for whom the token is")
	api := set.String("api", "", "URL to call")
	if err := set.Parse(args); err != nil {
		return err
	}
	config, err := c.config()
	if err != nil {
		return err
	}
	token, err := config.Token(ctx)
	if err != nil {
		return fmt.Errorf("get a token: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, *api, http.NoBody)
	if err != nil {
		return err
	}
	token.SetAuthHeader(request)
	response, err := untilAnswered(request)
	if err != nil {
		return fmt.Errorf("call the API: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.Copy(os.Stdout, response.Body); err != nil {
		return fmt.Errorf("read the API's answer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the API answers %s", response.Status)
	}
	return nil
}

const (
	answerBound = 30 * time.Second
	answerPoll  = 200 * time.Millisecond
)

func untilAnswered(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(request.Context(), answerBound)
	defer cancel()
	ticker := time.NewTicker(answerPoll)
	defer ticker.Stop()
	for {
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			return response, nil
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-ticker.C:
		}
	}
}
