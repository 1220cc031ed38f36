package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
)

// call gets a token, calls the API with it once, and writes the API's answer.
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
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, *api, http.NoBody)
	if err != nil {
		return err
	}
	response, err := config.Client(ctx).Do(request)
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
