//go:build e2e

package e2e

import (
	"context"
	"strings"
	"testing"
)

// TestStory is what happens to an installation, from the first command to the last.
// Each step needs the one before it.
func TestStory(t *testing.T) {
	s := &story{cluster: node}
	for _, step := range []struct {
		name string
		test func(*testing.T)
	}{
		{"the image is small and says what it is", s.inspectImage},
		{"install with helm and get a first token", s.helmInstall},
		{"helm test", s.helmTest},
		{"a pod with a projected token needs no Secret", s.projectedToken},
		{"a person signs in through the Service", s.signIn},
		{"nothing is logged as an error", s.noErrors},
		{"the programs know the memory limit of their containers", s.memoryLimits},
		{"a program is ready soon", s.startToReady},
		{"a rolling restart under load", s.rollingRestart},
		{"a replica is deleted under load", s.deleteReplica},
		{"the kubelet restarts under load", s.restartKubelet},
		{"helm upgrade under load", s.helmUpgrade},
		{"a person signs in where policies guard the sessions", s.signIn},
		{"the load notices when nobody serves", s.killEverything},
		{"helm uninstall under load, and install again", s.helmReinstall},
		{"remove everything that helm keeps", s.helmRemove},
		{"install with kubectl, and find a kept Secret again", s.kubectlInstall},
		{"remove what kubectl installed", s.kubectlRemove},
		{"copy the quickstart", s.quickstart},
	} {
		if !t.Run(step.name, func(t *testing.T) {
			t.Cleanup(func() {
				if t.Failed() {
					s.tell(t)
				}
			})
			step.test(t)
		}) {
			t.FailNow()
		}
	}
}

// story is what the steps know of each other.
type story struct {
	*cluster
	// authority is the file with the authority's certificate.
	authority string
	// kept are the credentials that outlive an installation.
	kept [2]string
}

// tell shows what is in the cluster, to help explain a failure.
func (s *story) tell(t *testing.T) {
	t.Helper()
	for _, arguments := range [][]string{
		{"get", "pods,oauthservers,oauthclients", "-A", "-o", "wide"},
		{"get", "events", "-A", "--sort-by=.lastTimestamp"},
		{"describe", "oauthservers", "-A"},
		{"logs", "-n", "grantor-system", "-l", "app.kubernetes.io/name=grantor-operator", "--tail=30"},
		{"logs", "-n", "grantor-system", "-l", "app.kubernetes.io/name=grantor-server", "--tail=30"},
		{"logs", "-n", "shop", "caller", "--tail=10"},
		{"logs", "-n", "shop", "billing", "--tail=10"},
	} {
		output, err := s.tryKubectl(context.Background(), arguments...)
		t.Logf("kubectl %v: %v\n%s", arguments, err, output)
	}
}

// noErrors looks into the logs of programs that nothing has happened to.
func (s *story) noErrors(t *testing.T) {
	for _, label := range []string{operators, servers} {
		log := s.kubectl(t, "logs", "-n", "grantor-system", "-l", label, "--tail=-1")
		if log == "" {
			t.Errorf("%s log nothing", label)
		}
		for line := range strings.Lines(log) {
			if !strings.Contains(line, `"level":"INFO"`) {
				t.Errorf("%s: %s", label, line)
			}
		}
	}
}
