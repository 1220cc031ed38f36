package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
)

// measureIntrospection puts introspection, which reads one object from the API
// server, beside that read alone.
func (b *bench) measureIntrospection(ctx context.Context) error {
	c, err := b.createClient(ctx, "introspect", oauthv1alpha1.AccessTokenJWT)
	if err != nil {
		return err
	}
	status, answer, err := askToken(b.Issuer, c)
	if err != nil {
		return err
	}
	token, _ := answer["access_token"].(string)
	if status != http.StatusOK || token == "" {
		return fmt.Errorf("the token endpoint answers %d without a token", status)
	}
	rounds, requests := 7, 2000
	if b.quick {
		rounds, requests = 3, 500
	}
	sayf("introspection: %d connections", mainConnections)
	ask := post(addressOf(b.Servers[0]), "/introspect", c, "token="+token)
	var ours, baseline []float64
	for round := range rounds + 1 {
		asked, err := ask.load(ctx, mainConnections, requests)
		if err != nil {
			return err
		}
		read, err := b.readMarks(ctx, requests)
		if err != nil {
			return err
		}
		if round > 0 {
			ours = append(ours, float64(requests)/asked.Seconds())
			baseline = append(baseline, float64(requests)/read.Seconds())
		}
	}
	b.add(byRounds("introspect.rate", "requests/s", higher, ours, baseline))
	return nil
}

// readMarks asks the API server for a Mark that is not there, as introspection of a
// living token does, and returns how long it took.
func (b *bench) readMarks(ctx context.Context, requests int) (time.Duration, error) {
	key := client.ObjectKey{Namespace: devenv.SystemNamespace, Name: "revoked-0123456789abcdef0123456789abcdef01234567"}
	start := time.Now()
	err := inParallel(requests, func(int) error {
		err := b.Admin.Get(ctx, key, &sessionv1alpha1.Mark{})
		if err == nil {
			return errors.New("there is a Mark that nobody made")
		}
		if !apierrors.IsNotFound(err) {
			return fmt.Errorf("get a Mark: %w", err)
		}
		return nil
	})
	return time.Since(start), err
}
