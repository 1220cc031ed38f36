package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/go-logr/logr"
	"github.com/spf13/cobra"
	"go.opentelemetry.io/otel"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/grantor-dev/grantor/internal/kubectloauth/imports"
	"github.com/grantor-dev/grantor/internal/lines"
	"github.com/grantor-dev/grantor/internal/tracing"
)

// errUsage marks what the caller has to correct on the command line.
var errUsage = errors.New("usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	err := root().ExecuteContext(ctx)
	stop()
	if err == nil {
		return
	}
	fmt.Fprintln(os.Stderr, "grantor: "+strings.ReplaceAll(err.Error(), "\n", " "))
	if errors.Is(err, errUsage) {
		os.Exit(2)
	}
	os.Exit(1)
}

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:           "grantor",
		Short:         "OAuth clients as Kubernetes resources",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArgs,
		RunE: func(*cobra.Command, []string) error {
			return usage(errors.New("name a command: operator, server, import, restore, check, version or completion"))
		},
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	cmd.AddCommand(operatorCommand(), serverCommand(), imports.Command(usage), restoreCommand(), checkCommand(), versionCommand())
	addCompletion(cmd)
	return cmd
}

func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage(fmt.Errorf("unexpected argument %q; see --help", args[0]))
	}
	return nil
}

func usage(err error) error { return fmt.Errorf("%w: %w", errUsage, err) }

const logLevelFlag = "log-level"

// common are the flags that both programs have.
type common struct {
	kubeconfig        string
	sessionKubeconfig string
	metricsAddress    string
	logLevel          string
	level             *slog.LevelVar
	traces            tracing.Options
}

func (c *common) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&c.kubeconfig, "kubeconfig", "", "path of a kubeconfig; default: the pod's ServiceAccount")
	flags.StringVar(&c.sessionKubeconfig, "session-kubeconfig", "", "path of a kubeconfig of the API server that keeps session objects; default: the same API server")
	flags.StringVar(&c.metricsAddress, "metrics-address", ":8081", "host:port of /healthz, /readyz and /metrics")
	flags.StringVar(&c.traces.Endpoint, "otlp-endpoint", "", "URL of a collector of OpenTelemetry traces (OTLP over HTTP), such as http://collector:4318; default: no traces")
	flags.Float64Var(&c.traces.Ratio, "otlp-sample-ratio", 1, "fraction of the traces that are sent, 0 to 1")
	flags.StringVar(&c.logLevel, logLevelFlag, "info", "lowest level that is logged: debug, info, warn or error")
}

// logger makes the one logger of a program, whose level can change while the program runs,
// and the one writer of its log, which the caller closes; client-go, controller-runtime and
// the standard library log through it.
func (c *common) logger(ctx context.Context) (*slog.Logger, *lines.Writer, error) {
	level := &slog.LevelVar{}
	c.level = level
	if err := level.UnmarshalText([]byte(c.logLevel)); err != nil {
		return nil, nil, usage(fmt.Errorf("--log-level %q is not debug, info, warn or error", c.logLevel))
	}
	out := lines.New(ctx, os.Stderr)
	logger := slog.New(electionLog{slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level})})
	slog.SetDefault(logger)
	ctrl.SetLogger(logr.FromSlogHandler(logger.Handler()))
	klog.SetSlogLogger(logger)
	klog.OsExit = func(code int) {
		out.Close()
		os.Exit(code)
	}
	return logger, out, nil
}

// tracing returns where spans go. That some are lost is logged.
func (c *common) tracing(program string, log *slog.Logger) (tracing.Options, error) {
	c.traces.Service = program
	if err := c.traces.Validate(); err != nil {
		return tracing.Options{}, usage(fmt.Errorf("--otlp-endpoint and --otlp-sample-ratio: %w", err))
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("traces are lost", "error", err.Error()) }))
	return c.traces, nil
}

// sessions reads how to reach the API server that keeps session objects; nil is the
// one that kube names.
func (c *common) sessions(userAgent string) (*rest.Config, error) {
	if c.sessionKubeconfig == "" {
		return nil, nil //nolint:nilnil // no second API server is a choice, not an error
	}
	config, err := clientcmd.BuildConfigFromFlags("", c.sessionKubeconfig)
	if err != nil {
		return nil, usage(fmt.Errorf("--session-kubeconfig: %w", err))
	}
	config.UserAgent = userAgent
	return config, nil
}

// kube reads how to reach the API server. Pings every 5 seconds notice a connection
// that hangs, which bounds how old a watched object can be.
func (c *common) kube(userAgent string) (*rest.Config, error) {
	for name, value := range map[string]string{"HTTP2_READ_IDLE_TIMEOUT_SECONDS": "5", "HTTP2_PING_TIMEOUT_SECONDS": "5"} {
		if err := os.Setenv(name, value); err != nil {
			return nil, fmt.Errorf("set %s: %w", name, err)
		}
	}
	var config *rest.Config
	var err error
	if c.kubeconfig != "" {
		config, err = clientcmd.BuildConfigFromFlags("", c.kubeconfig)
	} else {
		config, err = rest.InClusterConfig()
	}
	if err != nil {
		return nil, usage(fmt.Errorf("no API server: give --kubeconfig or run in a cluster: %w", err))
	}
	config.UserAgent = userAgent
	return config, nil
}
