package tracing

import (
	"context"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// Reconciler makes a span of every reconcile.
func (t *Tracer) Reconciler(name string, next reconcile.Reconciler) reconcile.Reconciler {
	if t == nil {
		return next
	}
	return reconcile.Func(func(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
		ctx, span := t.Start(ctx, "reconcile "+name)
		defer span.End()
		span.Set("k8s.namespace.name", request.Namespace)
		span.Set("k8s.object.name", request.Name)
		// The log has the same.
		span.Set("reconcile.id", string(controller.ReconcileIDFromContext(ctx)))
		result, err := next.Reconcile(ctx, request)
		if err != nil {
			span.Fail()
		}
		return result, err
	})
}
