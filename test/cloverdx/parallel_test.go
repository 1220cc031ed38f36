package cloverdx

import (
	"sync"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// TestParallelJobs is X12 with 16 jobs that find the same expired token in the file of their
// connection, at three replicas: all of them go on, and so does the connection.
func TestParallelJobs(t *testing.T) {
	for name, retry := range map[string]oauthv1alpha1.RefreshTokenRetry{
		"UntilUsed": oauthv1alpha1.RefreshTokenRetryUntilUsed, "GracePeriod": oauthv1alpha1.RefreshTokenRetryGracePeriod,
	} {
		t.Run("X12 "+name, func(t *testing.T) {
			c := register(t, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Tokens.RefreshToken.Retry = retry })
			c.authorize(t, browser(t))
			for range 3 {
				c.ahead += 25 * time.Hour
				jobs := jobsOf(t, c)
				refreshTogether(t, jobs)
				for _, job := range jobs {
					works(t, job)
					if job.tokens.RefreshToken != jobs[0].tokens.RefreshToken {
						t.Error("two jobs got different refresh tokens")
					}
				}
				c.tokens = jobs[len(jobs)-1].tokens
			}
		})
	}
}

// jobsOf returns 16 users of a connection, each at one of the replicas.
func jobsOf(t *testing.T, c *connection) []*connection {
	t.Helper()
	const most = 16
	replicas := tokenEndpoints(t)
	var jobs []*connection
	for n := range most {
		job := *c
		job.TokenEndpoint = replicas[n%len(replicas)]
		jobs = append(jobs, &job)
	}
	return jobs
}

func refreshTogether(t *testing.T, jobs []*connection) {
	t.Helper()
	begin, errs := make(chan struct{}), make([]error, len(jobs))
	var wg sync.WaitGroup
	for n, job := range jobs {
		wg.Go(func() {
			<-begin
			_, errs[n] = job.accessToken(t.Context())
		})
	}
	close(begin)
	wg.Wait()
	for n, err := range errs {
		if err != nil {
			t.Errorf("job %d: %v", n, err)
		}
	}
}
