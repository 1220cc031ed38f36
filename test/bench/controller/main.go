// Command controller watches OAuthClients and their Secrets and does nothing: what
// any operator built with controller-runtime costs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func main() {
	listen := flag.String("listen", "", "`address` of /readyz and metrics")
	// controller-runtime brings the flag kubeconfig along.
	flag.Parse()
	if err := run(ctrl.SetupSignalHandler(), *listen); err != nil {
		fmt.Fprintln(os.Stderr, "controller: "+err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context, listen string) error {
	ctrl.SetLogger(logr.Discard())
	config, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	scheme := runtime.NewScheme()
	if err := errors.Join(corev1.AddToScheme(scheme), oauthv1alpha1.AddToScheme(scheme)); err != nil {
		return fmt.Errorf("register kinds: %w", err)
	}
	ok := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:  scheme,
		Cache:   cache.Options{DefaultTransform: cache.TransformStripManagedFields()},
		Metrics: metricsserver.Options{BindAddress: listen, ExtraHandlers: map[string]http.Handler{"/readyz": ok}},
	})
	if err != nil {
		return err
	}
	nothing := reconcile.Func(func(context.Context, reconcile.Request) (reconcile.Result, error) { return reconcile.Result{}, nil })
	err = ctrl.NewControllerManagedBy(manager).For(&oauthv1alpha1.OAuthClient{}).Owns(&corev1.Secret{}).Complete(nothing)
	if err != nil {
		return err
	}
	return manager.Start(ctx)
}
