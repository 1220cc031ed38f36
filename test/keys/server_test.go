package keys

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

var serverName = client.ObjectKey{Namespace: devenv.SystemNamespace, Name: devenv.ServerName}

// grantor returns the running Grantor, whose keys nobody else replaces meanwhile.
func grantor(t *testing.T) *installation.Installation {
	t.Helper()
	g := shared.Grantor(t)
	oneAtATime.Lock()
	before := server(t, g).Spec
	t.Cleanup(func() {
		defer oneAtATime.Unlock()
		g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec = before })
	})
	return g
}

func server(t testing.TB, g *installation.Installation) *oauthv1alpha1.OAuthServer {
	t.Helper()
	s := &oauthv1alpha1.OAuthServer{}
	if err := g.Admin.Get(context.Background(), serverName, s); err != nil {
		t.Fatal(err)
	}
	return s
}

func seconds(n int) *metav1.Duration {
	return &metav1.Duration{Duration: time.Duration(n) * time.Second}
}

// keysOf returns the keys of one use that the status names.
func keysOf(t testing.TB, g *installation.Installation, use oauthv1alpha1.KeyUse) []oauthv1alpha1.KeyStatus {
	t.Helper()
	return slices.DeleteFunc(server(t, g).Status.Keys, func(k oauthv1alpha1.KeyStatus) bool { return k.Use != use })
}

// requestRotation asks for a rotation of everything and waits until it has been met.
func requestRotation(t testing.TB, g *installation.Installation, uses ...oauthv1alpha1.KeyUse) {
	t.Helper()
	before := map[string]bool{}
	for _, key := range server(t, g).Status.Keys {
		before[key.ID] = true
	}
	g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Keys.RequestedAt = &metav1.Time{Time: time.Now()} })
	for _, use := range uses {
		installation.Eventually(t, 30*time.Second, func() bool {
			return slices.ContainsFunc(keysOf(t, g, use), func(k oauthv1alpha1.KeyStatus) bool {
				return !before[k.ID] && k.ActiveFrom != nil && !time.Now().Before(k.ActiveFrom.Add(time.Second))
			})
		}, func() string {
			text, _ := json.Marshal(server(t, g).Status)
			return fmt.Sprintf("%s key in use that was not there before; the status is %s", use, text)
		})
	}
}
