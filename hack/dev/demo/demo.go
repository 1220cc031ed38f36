package demo

import (
	"context"
	"net/http"
	"time"

	"golang.org/x/oauth2"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/dev/progress"
)

// Options say where the environment is and what to show in it.
type Options struct {
	// Kubeconfig of the administrator.
	Kubeconfig string
	// Issuer that the sample client must end up with.
	Issuer string
	// CAFile to trust beside the system's; empty for none.
	CAFile string
	// Manifest is the path of the sample OAuthClient, ManifestName what to call
	// it.
	Manifest     string
	ManifestName string
	Out          *progress.Printer
}

// demo is one run; each step fills in what later ones need.
type demo struct {
	Options
	kube   client.Client
	http   *http.Client
	client *oauthv1alpha1.OAuthClient
	secret map[string][]byte
	token  *oauth2.Token
}

// bound of everything; each step has a smaller one.
const bound = 3 * time.Minute

// Run shows the main job and fails if any part of it does not work.
func Run(ctx context.Context, o Options) error {
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	d := &demo{Options: o}
	if err := d.connect(); err != nil {
		return err
	}
	started := time.Now()
	for _, step := range []struct {
		heading, name string
		run           func(context.Context) (string, error)
		show          func()
	}{
		{"1. A team applies an OAuthClient next to its application: " + o.ManifestName, "apply", d.apply, nil},
		{"", "Ready", d.awaitReady, nil},
		{"2. A Secret appears next to it, for the pods of the application to mount", "Secret", d.readSecret, d.showSecret},
		{"3. The application uses it (golang.org/x/oauth2)", "access token", d.fetchToken, nil},
		{"4. A resource server checks the token", "JWKS", d.verify, d.showClaims},
		{"", "introspection", d.introspect, nil},
	} {
		if step.heading != "" {
			o.Out.Heading(step.heading)
		}
		if err := o.Out.Step(step.name, func() (string, error) { return step.run(ctx) }); err != nil {
			return err
		}
		if step.show != nil {
			step.show()
		}
	}
	o.Out.Heading("From the manifest to a verified token: " + progress.Took(time.Since(started)) + ".")
	return nil
}
