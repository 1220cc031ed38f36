package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/spf13/cobra"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/selection"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrlconfig "sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/metrics"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/connection"
	"github.com/grantor-dev/grantor/controllers/hosts"
	"github.com/grantor-dev/grantor/controllers/keyrings"
	"github.com/grantor-dev/grantor/controllers/oauthclient"
	"github.com/grantor-dev/grantor/controllers/oauthclient/clientmetrics"
	"github.com/grantor-dev/grantor/controllers/oauthclient/lookup"
	"github.com/grantor-dev/grantor/controllers/oauthclientpolicy"
	"github.com/grantor-dev/grantor/controllers/oauthidentityprovider"
	"github.com/grantor-dev/grantor/controllers/oauthresource"
	"github.com/grantor-dev/grantor/controllers/oauthserver"
	"github.com/grantor-dev/grantor/controllers/oauthserver/deployment"
	"github.com/grantor-dev/grantor/controllers/oauthserver/keys"
	"github.com/grantor-dev/grantor/controllers/oauthuser"
	"github.com/grantor-dev/grantor/controllers/registration"
	"github.com/grantor-dev/grantor/controllers/replicas"
	"github.com/grantor-dev/grantor/internal/clock"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/internal/tracing"
	"github.com/grantor-dev/grantor/server"
)

type operatorFlags struct {
	common
	leaderElect     bool
	leaderNamespace string
	workers         int
	sweepInterval   time.Duration
	serverImage     string
	networks        []string
}

func operatorCommand() *cobra.Command {
	var flags operatorFlags
	cmd := &cobra.Command{
		Use:   "operator",
		Short: "Run the operator",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return runOperator(cmd.Context(), flags) },
	}
	flags.register(cmd)
	f := cmd.Flags()
	f.BoolVar(&flags.leaderElect, "leader-elect", true, "only the replica that holds the lease is active")
	f.StringVar(&flags.leaderNamespace, "leader-election-namespace", "", "namespace of the lease; default: the pod's")
	f.IntVar(&flags.workers, "workers", 8, "OAuthClients, and namespaces with OAuthUsers, that are reconciled at once; 1 to 64")
	f.DurationVar(&flags.sweepInterval, "sweep-interval", serverspec.CountInterval, "time between two sweeps, which delete expired session objects and count the others; 1s to 10m")
	f.StringVar(&flags.serverImage, "server-image", "", "image of the servers that the operator deploys, unless their OAuthServer names one; use the operator's own")
	f.StringSliceVar(&flags.networks, "outbound-networks", nil, "addresses and networks, such as 192.0.2.0/24, that OAuthTokens may be requested from, besides public addresses")
	return cmd
}

func (f *operatorFlags) validate() error {
	if err := server.ValidateAddress("--metrics-address", f.metricsAddress); err != nil {
		return err
	}
	if f.leaderElect && f.leaderNamespace == "" && f.kubeconfig != "" {
		return errors.New("--leader-election-namespace is required outside a cluster")
	}
	if f.workers < 1 || f.workers > 64 {
		return errors.New("--workers must be between 1 and 64")
	}
	if _, err := server.ParseNetworks("--outbound-networks", f.networks); err != nil {
		return err
	}
	if f.sweepInterval < time.Second || f.sweepInterval > serverspec.CountInterval {
		return errors.New("--sweep-interval must be between 1s and 10m")
	}
	return nil
}

func runOperator(ctx context.Context, flags operatorFlags) error {
	log, out, err := flags.logger(ctx)
	if err != nil {
		return err
	}
	defer out.Close()
	limitMemory(log)
	if err := flags.validate(); err != nil {
		return usage(err)
	}
	traces, err := flags.tracing("grantor-operator", log)
	if err != nil {
		return err
	}
	trace, err := tracing.New(ctx, traces)
	if err != nil {
		return err
	}
	defer trace.Stop(ctx)
	shared := clock.New(time.Now, clock.Report(log))
	mgr, err := newManager(flags, trace, shared)
	if err != nil {
		return err
	}
	if err := addControllers(ctx, mgr, flags, trace, shared); err != nil {
		return err
	}
	return mgr.Start(ctx)
}

// reconciliationTimeout bounds what is done about one object at a time: a request that the
// API server never answers must not keep a worker from the others. It is tried again.
const reconciliationTimeout = time.Minute

// shutdownTimeout is how long reconciles may go on at the end: a token request, and then the
// writes of its answer (controllers/oauthtoken). The Deployment leaves more than that.
var shutdownTimeout = 50 * time.Second

func newManager(flags operatorFlags, trace *tracing.Tracer, shared *clock.Clock) (ctrl.Manager, error) {
	config, err := flags.kube("grantor-operator")
	if err != nil {
		return nil, err
	}
	// The API server's own fairness limits us; a limit here would only delay.
	config.QPS = -1
	config.Wrap(shared.Transport)
	config.Wrap(trace.Transport)
	scheme := runtime.NewScheme()
	if err := errors.Join(corev1.AddToScheme(scheme), authorizationv1.AddToScheme(scheme), discoveryv1.AddToScheme(scheme), oauthv1alpha1.AddToScheme(scheme), sessionv1alpha1.AddToScheme(scheme)); err != nil {
		return nil, fmt.Errorf("register kinds: %w", err)
	}
	ours, err := labels.NewRequirement(oauthv1alpha1.LabelPartOf, selection.Exists, nil)
	if err != nil {
		return nil, fmt.Errorf("select by label: %w", err)
	}
	cached := map[client.Object]cache.ByObject{
		&corev1.Secret{}:             {Label: labels.NewSelector().Add(*ours)},
		&discoveryv1.EndpointSlice{}: {Label: labels.NewSelector().Add(*ours)},
		&oauthv1alpha1.OAuthClient{}: {Transform: lookup.Trim()},
	}
	for _, kind := range deployment.Kinds() {
		cached[deployment.Object(kind)] = cache.ByObject{Label: labels.NewSelector().Add(*ours)}
	}
	lock, err := leaderLock(config, flags)
	if err != nil {
		return nil, err
	}
	ready := make(chan struct{})
	mgr, err := ctrl.NewManager(config, ctrl.Options{
		Scheme: scheme,
		Cache: cache.Options{
			ByObject:         cached,
			DefaultTransform: cache.TransformStripManagedFields(),
		},
		// What is deployed has no Go types here, and is read from the cache all the same.
		Client:                              client.Options{Cache: &client.CacheOptions{Unstructured: true}},
		Controller:                          ctrlconfig.Controller{ReconciliationTimeout: reconciliationTimeout},
		GracefulShutdownTimeout:             &shutdownTimeout,
		LeaderElection:                      flags.leaderElect,
		LeaderElectionID:                    leaderID,
		LeaderElectionResourceLockInterface: lock,
		LeaderElectionReleaseOnCancel:       true,
		Metrics: metricsserver.Options{
			BindAddress: flags.metricsAddress,
			ExtraHandlers: map[string]http.Handler{
				"/healthz": health(nil), "/readyz": health(ready),
			},
		},
	})
	if err != nil {
		return nil, err
	}
	return mgr, mgr.Add(&readiness{mgr: mgr, ready: ready})
}

func addControllers(ctx context.Context, mgr ctrl.Manager, flags operatorFlags, trace *tracing.Tracer, shared *clock.Clock) error {
	cached, live, recorder := mgr.GetClient(), mgr.GetAPIReader(), mgr.GetEventRecorder("grantor")
	sessions, kept, err := sessionsOf(mgr, flags)
	if err != nil {
		return err
	}
	sweep, err := newSweeper(mgr, flags, sessions, shared.Earlier)
	if err != nil {
		return err
	}
	refused, err := oauthclientpolicy.NewMetrics(metrics.Registry)
	if err != nil {
		return err
	}
	policies := &oauthclientpolicy.Reconciler{
		Client: cached, Events: recorder, Metrics: refused, Trace: trace,
	}
	routes, routesCache, err := deployment.NewRoutes(mgr.GetConfig(), mgr.GetRESTMapper())
	if err != nil {
		return err
	}
	asker := replicas.New(cached)
	rings := &keyrings.Cache{}
	servers := &oauthserver.Reconciler{
		Client: cached, Live: live, Events: recorder, Now: shared.Now, Trace: trace,
		Keys:       &keys.Reconciler{Client: cached, Live: live, Events: recorder, Now: shared.Now, Replicas: asker, KeyRings: rings, Registrations: sessions},
		Deployment: &deployment.Reconciler{Client: cached, Live: live, ServerImage: flags.serverImage, Routes: routes},
	}
	sources, err := hosts.NewCache(mgr.GetConfig(), mgr.GetRESTMapper())
	if err != nil {
		return err
	}
	clients := &oauthclient.Reconciler{
		Client: cached, Live: live, Events: recorder, Now: shared.Now, Steady: time.Now, Workers: flags.workers,
		Replicas: asker, KeyRings: rings, Hosts: hosts.New(sources, mgr.GetRESTMapper(), shared.Now), Trace: trace,
	}
	resources := &oauthresource.Reconciler{
		Client: cached, Events: recorder, Trace: trace,
	}
	registrations := &registration.Reconciler{
		Client: cached, Live: live, Sessions: kept, KeyRings: rings, Events: recorder, Trace: trace, Now: shared.Now,
	}
	tokens, err := newTokens(mgr, flags, trace, shared)
	if err != nil {
		return err
	}
	handovers := connection.New(connection.Reconciler{
		Client: cached, Live: live, Sessions: kept, KeyRings: rings, Events: recorder, Trace: trace, Now: shared.Now,
	})
	tokens.Handovers = handovers
	users := &oauthuser.Reconciler{
		Client: cached, Live: live, Events: recorder, Workers: flags.workers, Trace: trace,
	}
	identityProviders := &oauthidentityprovider.Reconciler{
		Client: cached, Live: live, Events: recorder, Now: time.Now, Trace: trace,
	}
	return errors.Join(
		metrics.Registry.Register(&clientmetrics.Metrics{Reader: cached, Now: shared.Now}),
		metrics.Registry.Register(&oauthserver.Metrics{Reader: cached}),
		metrics.Registry.Register(&oauthidentityprovider.Metrics{Reader: cached}),
		servers.SetupWithManager(mgr),
		clients.SetupWithManager(ctx, mgr),
		resources.SetupWithManager(ctx, mgr),
		registrations.SetupWithManager(mgr),
		tokens.SetupWithManager(mgr),
		handovers.SetupWithManager(ctx, mgr),
		policies.SetupWithManager(mgr),
		users.SetupWithManager(mgr),
		identityProviders.SetupWithManager(mgr),
		mgr.Add(sources),
		mgr.Add(routesCache),
		mgr.Add(sweep),
	)
}
