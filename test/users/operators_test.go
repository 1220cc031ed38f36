package users

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestTwoOperatorsAgree: two that both believe to be the leader, as after a long
// pause, end at what the specs say. It does not run in parallel with others, because
// it starts the second one.
func TestTwoOperatorsAgree(t *testing.T) {
	r := newRoom(t)
	port := installation.FreePort(t)
	options := r.Operator.Options()
	second, err := devenv.StartProgram(t.Context(), devenv.OperatorOptions(devenv.OperatorSettings{
		Binary: options.Binary, Kubeconfig: filepath.Join(r.Dir, devenv.OperatorAccount+".kubeconfig"), MetricsPort: port,
		LogFile: filepath.Join(r.Dir, "operator-2.log"), LogLevel: "debug", Args: []string{"--leader-elect=false"},
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := second.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	wanted := hashes{}
	var users []*oauthv1alpha1.OAuthUser
	for i := range 20 {
		name := fmt.Sprintf("user%d", i)
		u := installation.Create(t, r.Admin, r.user(name))
		r.secret(t, name, argonHash)
		wanted[u] = argonHash
		users = append(users, u)
	}
	r.awaitHashes(t, "auth", wanted)
	for i, u := range users {
		r.awaitReady(t, u)
		if i%2 == 0 {
			installation.Edit(t, r.Admin, u, func(u *oauthv1alpha1.OAuthUser) { u.Spec.Disabled = true })
			delete(wanted, u)
		}
	}
	r.awaitHashes(t, "auth", wanted)
	for i, u := range users {
		if i%2 == 0 {
			r.awaitRefusal(t, u, oauthv1alpha1.ReasonDisabled)
		} else {
			r.awaitReady(t, u)
		}
	}
}
