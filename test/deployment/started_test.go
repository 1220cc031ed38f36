package deployment

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// started runs a server as a kubelet would: with the arguments, variables and files of
// the container that the operator made, and its ServiceAccount. Only addresses are the
// test's own.
func started(t *testing.T, g *installation.Installation, server *oauthv1alpha1.OAuthServer) *devenv.Program {
	t.Helper()
	dir := t.TempDir()
	pod := deploymentOf(t, g, server).Spec.Template.Spec
	container := pod.Containers[0]
	kubeconfig := filepath.Join(dir, "kubeconfig")
	err := devenv.ServiceAccountKubeconfig(t.Context(), g.Kube.Config, server.Namespace, pod.ServiceAccountName, kubeconfig, devenv.ServiceAccountOptions{Lifetime: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	for _, mount := range container.VolumeMounts {
		mountSecret(t, g, server.Namespace, pod.Volumes, mount, dir)
	}
	var ports [3]int
	for n := range ports {
		ports[n] = installation.FreePort(t)
	}
	inside := strings.NewReplacer("/etc/grantor/", dir+"/etc/grantor/")
	options := devenv.ProgramOptions{
		Name: server.Name, Binary: g.Servers[0].Options().Binary, LogFile: filepath.Join(dir, "server.log"),
		URL: "http://" + devenv.Loopback(ports[0]), MetricsURL: "http://" + devenv.Loopback(ports[1]),
	}
	for _, arg := range container.Args {
		options.Args = append(options.Args, inside.Replace(arg))
	}
	for _, variable := range container.Env {
		options.Env = append(options.Env, variable.Name+"="+inside.Replace(variable.Value))
	}
	if server.Spec.TLS != nil {
		options.URL = "https://" + devenv.Loopback(ports[0])
	}
	if server.Spec.ClientCertificates != nil {
		options.Args = append(options.Args, "--mtls-listen-address", devenv.Loopback(ports[2]))
	}
	options.Args = append(options.Args, "--kubeconfig", kubeconfig,
		"--listen-address", devenv.Loopback(ports[0]), "--metrics-address", devenv.Loopback(ports[1]))
	// StartProgram waits until it is ready, which takes all that it reads.
	program, err := devenv.StartProgram(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Kill() })
	return program
}

// mtlsURL returns where clients with certificates reach a server that was started.
func mtlsURL(program *devenv.Program) string {
	args := program.Options().Args
	return "https://" + args[slices.Index(args, "--mtls-listen-address")+1]
}

// mountSecret writes what a kubelet would mount.
func mountSecret(t *testing.T, g *installation.Installation, namespace string, volumes []corev1.Volume, mount corev1.VolumeMount, dir string) {
	t.Helper()
	for _, volume := range volumes {
		if volume.Name != mount.Name {
			continue
		}
		secret := &corev1.Secret{}
		if err := g.Admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: volume.Secret.SecretName}, secret); err != nil {
			t.Fatal(err)
		}
		names := map[string]string{}
		for _, item := range volume.Secret.Items {
			names[item.Key] = item.Path
		}
		for key, value := range secret.Data {
			name := key
			if len(names) > 0 {
				if name = names[key]; name == "" {
					continue
				}
			}
			path := filepath.Join(dir, mount.MountPath, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, value, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
