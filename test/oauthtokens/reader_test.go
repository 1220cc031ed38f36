package oauthtokens

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// reader reads the Secret every 100 ms, as pods could.
type reader struct {
	secret client.ObjectKey
	// authorizedAgain is how many revoked authorizations have been replaced.
	authorizedAgain atomic.Int64
	// looks is how often it looked, and destroyed how often it saw what the provider had
	// destroyed.
	looks, destroyed int
}

// watch lets the reader look until the function that it returns is called. The provider says
// each time that the token is active, or has revoked it because a refresh token came again.
func (s *series) watch() (end func()) {
	ctx, cancel := context.WithCancel(s.t.Context())
	// The test goes on to use its OAuthToken.
	s.reader.secret = client.ObjectKey{Namespace: s.token.Namespace, Name: s.token.TokenSecretName()}
	var running sync.WaitGroup
	running.Go(func() {
		for ctx.Err() == nil {
			s.look(ctx)
			select {
			case <-ctx.Done():
			case <-time.After(100 * time.Millisecond):
			}
		}
	})
	return func() {
		cancel()
		running.Wait()
		if s.reader.looks < 2 {
			s.t.Errorf("the reader looked %d times", s.reader.looks)
		}
	}
}

func (s *series) look(ctx context.Context) {
	s.reader.looks++
	token := s.read(ctx)
	switch {
	case ctx.Err() != nil || s.active(token):
	case s.strict && int64(s.issuer.counts(s.scene).revoked) > s.reader.authorizedAgain.Load():
		s.reader.destroyed++
	case s.read(ctx) == token && ctx.Err() == nil:
		// If it had another one by now, the clock may have been turned between the two calls.
		s.t.Error("a reader of the Secret found no token that is active")
	}
}

func (s *series) read(ctx context.Context) string {
	secret := &corev1.Secret{}
	if err := s.admin.Get(ctx, s.reader.secret, secret); err != nil && ctx.Err() == nil {
		s.t.Errorf("read the Secret: %v", err)
	}
	return string(secret.Data["access_token"])
}
