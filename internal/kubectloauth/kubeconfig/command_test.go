package kubeconfig

import (
	"strings"
	"testing"

	"k8s.io/client-go/tools/clientcmd"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestEntry(t *testing.T) {
	cmd := Command()
	var out strings.Builder
	cmd.SetOut(&out)
	cmd.SetArgs([]string{"--issuer=https://id.example", "--client-id=team.cli", "--entry=alice"})
	if err := cmd.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	config, err := clientcmd.Load([]byte(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	exec := config.AuthInfos["alice"].Exec
	if got := exec.Command + " " + strings.Join(exec.Args, " "); exec.APIVersion != "client.authentication.k8s.io/v1" ||
		got != "kubectl oauth login --exec-credential --issuer=https://id.example --client-id=team.cli --scope=openid,groups" {
		t.Errorf("%s runs %s", exec.APIVersion, got)
	}
}

func TestUsable(t *testing.T) {
	for uri, good := range map[oauthv1alpha1.RedirectURI]bool{
		"http://127.0.0.1/callback": true, "http://127.0.0.1:8000/callback": true,
		"http://127.0.0.1/": false, "http://127.0.0.1.example/callback": false, "https://127.0.0.1/callback": false, "http://127.0.0.1/callback/x": false,
	} {
		c := &oauthv1alpha1.OAuthClient{}
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{uri}
		c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationNone
		if err := usable(c); (err == nil) != good {
			t.Errorf("%s: %v", uri, err)
		}
		c.Spec.Authentication.Method = ""
		if usable(c) == nil {
			t.Errorf("%s: a client with a secret is usable", uri)
		}
	}
}
