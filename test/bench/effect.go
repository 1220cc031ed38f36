package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// effects are changes after which a client's present secret must not authenticate.
var effects = []struct {
	name  string
	apply func(*bench, context.Context, *oauthv1alpha1.OAuthClient) error
}{
	{"delete", func(b *bench, ctx context.Context, c *oauthv1alpha1.OAuthClient) error { return b.Admin.Delete(ctx, c) }},
	{"suspend", func(b *bench, ctx context.Context, c *oauthv1alpha1.OAuthClient) error {
		return b.Admin.Patch(ctx, c, client.RawPatch(types.MergePatchType, []byte(`{"spec":{"suspend":true}}`)))
	}},
	{"rotate", func(b *bench, ctx context.Context, c *oauthv1alpha1.OAuthClient) error {
		patch := fmt.Appendf(nil, `{"spec":{"secret":{"rotation":{"overlap":"0s","requestedAt":%q}}}}`, time.Now().UTC().Format(time.RFC3339))
		return b.Admin.Patch(ctx, c, client.RawPatch(types.MergePatchType, patch))
	}},
}

// effectNames are the figures of measureEffect.
func (s settings) effectNames() (names []string) {
	for _, effect := range effects {
		names = append(names, "effect."+s.population()+"."+effect.name)
	}
	return names
}

// measureEffect measures how long after a change the server acts on it, while it
// serves all clients.
func (b *bench) measureEffect(ctx context.Context) error {
	if _, err := b.populate(ctx); err != nil {
		return err
	}
	repeats := 10
	if b.quick {
		repeats = 3
	}
	for i, name := range b.effectNames() {
		sayf("effect of: %s", effects[i].name)
		var ours, baseline []float64
		for n := range repeats {
			served, watched, err := b.timeEffect(ctx, fmt.Sprintf("%s-%d", effects[i].name, n), effects[i].apply)
			if err != nil {
				return fmt.Errorf("%s: %w", effects[i].name, err)
			}
			ours, baseline = append(ours, milliseconds(served)), append(baseline, milliseconds(watched))
		}
		b.add(byRounds(name, "ms", lower, ours, baseline))
	}
	return nil
}

// timeEffect changes a client and returns how long it took, from the moment the
// change was sent, until the server refused its secret, and until a watch of that
// one client showed the change.
func (b *bench) timeEffect(ctx context.Context, name string, apply func(*bench, context.Context, *oauthv1alpha1.OAuthClient) error) (served, watched time.Duration, err error) {
	c, err := b.createClient(ctx, name, oauthv1alpha1.AccessTokenJWT)
	if err != nil {
		return 0, 0, err
	}
	if err := b.awaitStatus(ctx, c, http.StatusOK); err != nil {
		return 0, 0, err
	}
	watcher, err := client.NewWithWatch(b.Kube.Config, client.Options{Scheme: b.Admin.Scheme()})
	if err != nil {
		return 0, 0, err
	}
	options := []client.ListOption{client.InNamespace(c.key.Namespace), client.MatchingFields{"metadata.name": c.key.Name}}
	list := &oauthv1alpha1.OAuthClientList{}
	if err := watcher.List(ctx, list, options...); err != nil {
		return 0, 0, err
	}
	seen, err := watcher.Watch(ctx, list, append(options, &client.ListOptions{Raw: &metav1.ListOptions{ResourceVersion: list.ResourceVersion}})...)
	if err != nil {
		return 0, 0, err
	}
	defer seen.Stop()
	shown := make(chan time.Time, 1)
	go func() {
		<-seen.ResultChan()
		shown <- time.Now()
	}()
	changed := &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: c.key.Namespace, Name: c.key.Name}}
	start := time.Now()
	if err := apply(b, ctx, changed); err != nil {
		return 0, 0, err
	}
	if err := b.awaitStatus(ctx, c, http.StatusUnauthorized); err != nil {
		return 0, 0, err
	}
	served = time.Since(start)
	select {
	case at := <-shown:
		return served, at.Sub(start), nil
	case <-time.After(10 * time.Second):
		return 0, 0, fmt.Errorf("a watch of %s showed nothing", c.key)
	}
}

// awaitStatus asks for tokens, one after the other, until the answer has the status.
func (b *bench) awaitStatus(ctx context.Context, c *credential, status int) error {
	for end := time.Now().Add(40 * time.Second); time.Now().Before(end); {
		got, _, err := askToken(b.Issuer, c)
		if err != nil {
			return err
		}
		if got == status {
			return nil
		}
		if err := pause(ctx, time.Millisecond); err != nil {
			return err
		}
	}
	return fmt.Errorf("client %s never got status %d", c.id, status)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
