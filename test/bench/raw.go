package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/watch"
)

// grantType is what a Grant in a request begins with.
var grantType = metav1.TypeMeta{APIVersion: sessionv1alpha1.GroupVersion.String(), Kind: "Grant"}

// raw does with session objects what a step of the server needs of the API server,
// and nothing else. It is the server's ServiceAccount with the server's kind of
// client, so the API server works as much for it.
type raw struct {
	client rest.Interface
	// grant is a Grant that the server wrote, login and consent are what stands behind
	// it.
	grant          *sessionv1alpha1.Grant
	login, consent string
}

// newRaw returns a raw client whose objects are like the newest Grant of the client.
func (b *bench) newRaw(ctx context.Context, app *application) (*raw, error) {
	kube, err := devenv.LoadConfig(filepath.Join(b.Dir, devenv.ServerAccount+".kubeconfig"))
	if err != nil {
		return nil, err
	}
	kube.QPS = -1
	scheme := runtime.NewScheme()
	if err := sessionv1alpha1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	r := &raw{}
	if r.client, err = watch.NewRESTClient(kube, scheme, sessionv1alpha1.GroupVersion); err != nil {
		return nil, err
	}
	return r, b.findSamples(ctx, app, r)
}

func (b *bench) findSamples(ctx context.Context, app *application, r *raw) error {
	here := client.InNamespace(devenv.SystemNamespace)
	grants, logins, consents := &sessionv1alpha1.GrantList{}, &sessionv1alpha1.LoginList{}, &sessionv1alpha1.ConsentList{}
	for _, list := range []client.ObjectList{grants, logins, consents} {
		if err := b.Admin.List(ctx, list, here); err != nil {
			return fmt.Errorf("list session objects: %w", err)
		}
	}
	for i := range grants.Items {
		if grants.Items[i].Spec.ClientUID == app.uid {
			r.grant = &grants.Items[i]
		}
	}
	if r.grant == nil || len(logins.Items) == 0 || len(consents.Items) == 0 {
		return fmt.Errorf("there is no Grant, Login or Consent for client %s", app.id)
	}
	r.login, r.consent = logins.Items[0].Name, consents.Items[0].Name
	return nil
}

// largeBytes is how much a large custom resource takes in storage: two of them fit
// into one page of etcd's.
const largeBytes = 2048

// another returns a Grant like the sample, with a name of its own, not yet created.
func (r *raw) another() *sessionv1alpha1.Grant {
	g := &sessionv1alpha1.Grant{TypeMeta: grantType, Spec: r.grant.Spec}
	g.Namespace, g.Name, g.Labels = r.grant.Namespace, storage.NewName(), r.grant.Labels
	return g
}

// large returns another Grant as large as one may be. What the sample has in storage
// counts, so what the API server adds to it is part of that.
func (r *raw) large() (*sessionv1alpha1.Grant, error) {
	stored, err := json.Marshal(r.grant)
	if err != nil {
		return nil, fmt.Errorf("encode grant: %w", err)
	}
	g := r.another()
	g.Spec.Payload += randomText(max(0, largeBytes-len(stored)))
	return g, nil
}

// createAll stores as many Grants and returns them as the API server has them.
func (r *raw) createAll(ctx context.Context, n int) ([]*sessionv1alpha1.Grant, error) {
	out := make([]*sessionv1alpha1.Grant, n)
	return out, inParallel(n, func(i int) error {
		g := r.another()
		out[i] = g
		return r.create(ctx, g)
	})
}

func (r *raw) create(ctx context.Context, g *sessionv1alpha1.Grant) error {
	ctx, cancel := context.WithTimeout(ctx, patient.Timeout)
	defer cancel()
	if err := r.client.Post().Namespace(g.Namespace).Resource("grants").Body(g).Do(ctx).Error(); err != nil {
		return fmt.Errorf("create grant: %w", err)
	}
	return nil
}

// get reads an object and decodes it.
func (r *raw) get(ctx context.Context, resource, name string, into runtime.Object) error {
	ctx, cancel := context.WithTimeout(ctx, patient.Timeout)
	defer cancel()
	if err := r.client.Get().Namespace(r.grant.Namespace).Resource(resource).Name(name).Do(ctx).Into(into); err != nil {
		return fmt.Errorf("get %s: %w", resource, err)
	}
	return nil
}

// update reads a Grant and stores its next generation over just that version.
func (r *raw) update(ctx context.Context, name string, now time.Time) error {
	g := &sessionv1alpha1.Grant{}
	if err := r.get(ctx, "grants", name, g); err != nil {
		return err
	}
	g.TypeMeta = grantType
	// What the server rewrites is new from the first character to the last.
	g.Spec.Generation++
	g.Spec.Payload = randomText(len(g.Spec.Payload))
	g.Spec.ExpiresAt.Time = now.Add(time.Hour).Truncate(time.Second)
	// The server does not send managed fields back.
	g.ManagedFields = nil
	ctx, cancel := context.WithTimeout(ctx, patient.Timeout)
	defer cancel()
	if err := r.client.Put().Namespace(g.Namespace).Resource("grants").Name(name).Body(g).Do(ctx).Error(); err != nil {
		return fmt.Errorf("update grant: %w", err)
	}
	return nil
}

// randomText returns as many characters, which compress as little as a real payload.
func randomText(n int) string {
	raw := make([]byte, n)
	_, _ = rand.Read(raw)
	return base64.RawURLEncoding.EncodeToString(raw)[:n]
}
