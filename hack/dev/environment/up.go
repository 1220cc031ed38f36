package environment

import (
	"context"
	"os"
	"strings"

	"k8s.io/client-go/rest"

	"github.com/grantor-dev/grantor/hack/dev/environment/kubectl"
	"github.com/grantor-dev/grantor/hack/devenv"
)

// up is one run of Up: each step fills in what later ones need.
type up struct {
	*Environment
	settings Settings
	memory   memory

	grantor  string       // the program's binary
	cluster  *rest.Config // of its administrator
	ca       *devenv.CA   // nil without TLS
	programs []program
	running  Running
}

// buildPrograms builds what has changed and links kubectl.
func (u *up) buildPrograms(ctx context.Context) (string, error) {
	var err error
	if u.grantor, err = devenv.GrantorBinary(ctx, u.layout.Root, false); err != nil {
		return "", err
	}
	built := []string{u.layout.Relative(u.grantor)}
	if u.embedded() {
		localkube, err := devenv.LocalkubeBinary(ctx, u.layout.Root)
		if err != nil {
			return "", err
		}
		built = append(built, u.layout.Relative(localkube))
	}
	link := u.layout.Binary("kubectl")
	if err := kubectl.Link(ctx, u.layout.Root, link); err != nil {
		return "", err
	}
	return strings.Join(append(built, u.layout.Relative(link)), ", "), nil
}

// embedded says whether localkube is the cluster.
func (u *up) embedded() bool {
	return u.settings.Kubeconfig == "" && os.Getenv(devenv.AssetsVariable) == ""
}

// plan decides about ports, certificates and with them the issuer.
func (u *up) plan() error {
	if u.settings.TLS {
		ca, err := devenv.GenerateCA(u.layout.kube("tls"))
		if err != nil {
			return err
		}
		u.ca, u.running.CAFile = ca, ca.CAFile
	}
	operator, err := u.planOperator()
	if err != nil {
		return err
	}
	u.programs = []program{operator}
	u.running.OperatorMetricsURL = operator.options.MetricsURL
	for i := range u.settings.Servers {
		server, err := u.planServer(i)
		if err != nil {
			return err
		}
		u.programs = append(u.programs, server)
		u.running.ServerURLs = append(u.running.ServerURLs, server.options.URL)
		u.running.MetricsURLs = append(u.running.MetricsURLs, server.options.MetricsURL)
	}
	u.running.Issuer = u.running.ServerURLs[0]
	return u.layout.remember(u.memory)
}

func (u *up) install(ctx context.Context) (string, error) {
	if err := u.plan(); err != nil {
		return "", err
	}
	err := devenv.Install(ctx, u.cluster, u.layout.Root, devenv.InstallOptions{Issuer: u.running.Issuer})
	if err != nil {
		return "", err
	}
	return "CRDs, RBAC, OAuthServer " + devenv.SystemNamespace + "/" + devenv.ServerName, u.writeAccounts(ctx)
}

// writeAccounts gives each program the rights of its ServiceAccount.
func (u *up) writeAccounts(ctx context.Context) error {
	for name, file := range map[string]string{
		devenv.OperatorAccount: u.operatorKubeconfig(),
		devenv.ServerAccount:   u.serverKubeconfig(),
	} {
		if accountWorks(ctx, u.cluster, file, name) {
			continue
		}
		err := devenv.ServiceAccountKubeconfig(
			ctx, u.cluster, devenv.SystemNamespace, name, file, devenv.ServiceAccountOptions{})
		if err != nil {
			return err
		}
	}
	return nil
}

func (u *up) operatorKubeconfig() string { return u.layout.kube("operator.kubeconfig") }
func (u *up) serverKubeconfig() string   { return u.layout.kube("server.kubeconfig") }
