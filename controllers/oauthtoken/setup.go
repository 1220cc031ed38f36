package oauthtoken

import (
	"context"
	"crypto/x509"
	"net/http"
	"net/netip"
	"time"

	corev1 "k8s.io/api/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthclient/lookup"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/request"
	"github.com/grantor-dev/grantor/controllers/reconcile"
	"github.com/grantor-dev/grantor/internal/outbound"
)

// callTimeout bounds one call, within an attempt.
const callTimeout = 10 * time.Second

// NewCalls returns the clients that call public addresses and those of some networks.
func NewCalls(networks []netip.Prefix) Calls {
	allowed := func() []netip.Prefix { return networks }
	options := outbound.Options{Networks: allowed, Timeout: callTimeout, MaxBody: request.MaxBody}
	return Calls{
		Public: outbound.New(options),
		Service: func(authorities string) *http.Client {
			own := options
			own.Service, own.Roots = true, roots(authorities)
			return outbound.New(own)
		},
		Issuer: func(authorities string) *http.Client {
			own := options
			own.Networks, own.Roots = everywhere, roots(authorities)
			return outbound.New(own)
		},
	}
}

// everywhere are the addresses that an issuer can have.
func everywhere() []netip.Prefix {
	return []netip.Prefix{netip.PrefixFrom(netip.IPv4Unspecified(), 0), netip.PrefixFrom(netip.IPv6Unspecified(), 0)}
}

// roots returns the system's authorities and more; nil where there are no more.
func roots(authorities string) *x509.CertPool {
	if authorities == "" {
		return nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	pool.AppendCertsFromPEM([]byte(authorities))
	return pool
}

// SetupWithManager registers the controller.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	b := ctrl.NewControllerManagedBy(mgr).
		Named("oauthtoken").
		For(&oauthv1alpha1.OAuthToken{}, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		Owns(&corev1.Secret{}).
		Watches(&oauthv1alpha1.OAuthClient{}, handler.EnqueueRequestsFromMapFunc(r.ofClientRef)).
		Watches(&oauthv1alpha1.OAuthServer{}, handler.EnqueueRequestsFromMapFunc(r.all), builder.WithPredicates(lookup.ServerChanged())).
		WithOptions(controller.Options{
			RateLimiter: reconcile.RateLimiter(), NewQueue: reconcile.SharedQueue(r.Workers), MaxConcurrentReconciles: max(r.Workers, 1),
		})
	if r.Handovers != nil {
		b = r.Handovers.Setup(b)
	}
	return b.Complete(r.Trace.Reconciler("oauthtoken", r))
}

// ofClientRef maps an OAuthClient to the OAuthTokens that use it.
func (r *Reconciler) ofClientRef(ctx context.Context, object client.Object) []ctrl.Request {
	return r.requests(ctx, func(token *oauthv1alpha1.OAuthToken) bool {
		return token.Spec.ClientRef != nil && token.Spec.ClientRef.Name == object.GetName()
	}, client.InNamespace(object.GetNamespace()))
}

// all maps an OAuthServer to the OAuthTokens that may depend on it.
func (r *Reconciler) all(ctx context.Context, _ client.Object) []ctrl.Request {
	return r.requests(ctx, func(token *oauthv1alpha1.OAuthToken) bool {
		return token.Spec.ClientRef != nil || token.Spec.Grant == oauthv1alpha1.TokenGrantAuthorizationCode
	})
}

func (r *Reconciler) requests(ctx context.Context, wanted func(*oauthv1alpha1.OAuthToken) bool, options ...client.ListOption) (out []ctrl.Request) {
	list := &oauthv1alpha1.OAuthTokenList{}
	if r.Client.List(ctx, list, append(options, client.UnsafeDisableDeepCopy)...) != nil {
		return nil
	}
	for i := range list.Items {
		if wanted(&list.Items[i]) {
			out = append(out, ctrl.Request{NamespacedName: client.ObjectKeyFromObject(&list.Items[i])})
		}
	}
	return out
}
