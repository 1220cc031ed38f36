package oauthidentityprovider

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/netip"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/outbound"
	"github.com/grantor-dev/grantor/internal/render"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// probe finds out which OpenID providers can be reached.
func (r *Reconciler) probe(p *pass) {
	there := map[types.UID]bool{}
	for _, one := range p.providers {
		if one.refusal != nil || one.object.Spec.OIDC == nil {
			continue
		}
		there[one.object.UID] = true
		issuer, server := string(one.object.Spec.OIDC.Issuer), one.server
		answered, wrong, next := r.probes.look(question{
			uid: one.object.UID, namespace: p.namespace,
			of:  fmt.Sprintf("%s %v %v", issuer, server.Spec.Outbound.Networks, server.Spec.Outbound.CARef),
			ask: func(ctx context.Context) *problem { return r.read(ctx, server, issuer) },
		})
		one.reachable, one.unreachable = answered && wrong == nil, wrong
		p.requeue.In(next)
	}
	r.probes.keep(p.namespace, there)
}

// read reads metadata as the server would: it calls the addresses that the server calls, and
// trusts the authorities that the server trusts.
func (r *Reconciler) read(ctx context.Context, server *oauthv1alpha1.OAuthServer, issuer string) *problem {
	settings := serverspec.Of(server)
	return ask(ctx, outbound.New(outbound.Options{
		Networks: func() []netip.Prefix { return settings.Outbound }, Timeout: patience, MaxBody: maxMetadata, Roots: r.roots(ctx, server),
	}), issuer)
}

// roots returns the system's authorities and those of the server; nil where there are no more.
func (r *Reconciler) roots(ctx context.Context, server *oauthv1alpha1.OAuthServer) *x509.CertPool {
	ref := server.Spec.Outbound.CARef
	secret := &corev1.Secret{}
	if ref == nil || r.Live.Get(ctx, client.ObjectKey{Namespace: server.Namespace, Name: ref.Name}, secret) != nil {
		return nil
	}
	return outbound.Authorities(secret.Data[render.CAKey])
}
