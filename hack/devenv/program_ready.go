package devenv

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// readyBound leaves room for a machine that runs all test packages at once.
const readyBound = 2 * time.Minute

// AwaitReady waits until a program's /readyz answers 200. ended ends the
// waiting when the process is gone; it returns why, or nil.
func AwaitReady(ctx context.Context, o ProgramOptions, ended func() error) error {
	if o.MetricsURL == "" {
		return nil
	}
	url, bound := o.MetricsURL+"/readyz", o.ReadyTimeout
	if bound == 0 {
		bound = readyBound
	}
	err := await(ctx, url, bound, 50*time.Millisecond, func(ctx context.Context) error {
		if err := ended(); err != nil {
			return hopeless{err}
		}
		return ProbeReady(ctx, url)
	})
	return SeeLog(err, o.LogFile)
}

// ProbeReady asks a readiness URL once.
func ProbeReady(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", url, err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode == http.StatusOK {
		return nil
	}
	reason, _ := io.ReadAll(io.LimitReader(response.Body, 500))
	return fmt.Errorf("it answers %s: %s", response.Status, strings.TrimSpace(string(reason)))
}
