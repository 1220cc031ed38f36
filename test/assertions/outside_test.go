package assertions

import (
	"encoding/json"
	"encoding/pem"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
)

// outside is where issuers publish their keys: each has a path of its own, with a document
// and a set.
type outside struct {
	site *httptest.Server
	// down makes it answer nothing of use.
	down  atomic.Bool
	asked atomic.Int32

	mu   sync.Mutex
	sets map[string]any
}

func newOutside(t *testing.T) *outside {
	t.Helper()
	o := &outside{sets: map[string]any{}}
	o.site = httptest.NewTLSServer(http.HandlerFunc(o.answer))
	t.Cleanup(o.site.Close)
	return o
}

func (o *outside) answer(w http.ResponseWriter, r *http.Request) {
	o.asked.Add(1)
	name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	o.mu.Lock()
	set, ok := o.sets[name]
	o.mu.Unlock()
	switch {
	case !ok || o.down.Load():
		w.WriteHeader(http.StatusBadGateway)
	case strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration"):
		_ = json.NewEncoder(w).Encode(map[string]any{"issuer": o.issuer(name), "jwks_uri": o.set(name)})
	default:
		_ = json.NewEncoder(w).Encode(set)
	}
}

func (o *outside) issuer(name string) string { return o.site.URL + "/" + name }

func (o *outside) set(name string) string { return o.issuer(name) + "/keys" }

// publish makes keys those of an issuer.
func (o *outside) publish(name string, keys ...any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sets[name] = map[string]any{"keys": keys}
}

// trust makes what is started from now on trust the site and clusters.
func (o *outside) trust(t *testing.T, clusters ...*devenv.Kube) {
	t.Helper()
	authorities := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: o.site.Certificate().Raw})
	for _, cluster := range clusters {
		config := rest.CopyConfig(cluster.Config)
		if err := rest.LoadTLSFiles(config); err != nil {
			t.Fatal(err)
		}
		authorities = append(authorities, config.CAData...)
	}
	file := filepath.Join(t.TempDir(), "ca.crt")
	if err := os.WriteFile(file, authorities, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", file)
}

// publishKeys lets anyone read the keys of a cluster, and returns where they are.
func publishKeys(t *testing.T, cluster *devenv.Kube) oauthv1alpha1.JWKSURI {
	t.Helper()
	client, err := kubernetes.NewForConfig(cluster.Config)
	if err != nil {
		t.Fatal(err)
	}
	binding := &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "public-keys"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "system:service-account-issuer-discovery"},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "Group", Name: "system:unauthenticated"}},
	}
	if _, err := client.RbacV1().ClusterRoleBindings().Create(t.Context(), binding, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	return oauthv1alpha1.JWKSURI(strings.TrimSuffix(cluster.Config.Host, "/") + "/openid/v1/jwks")
}

// byWorkload makes a client of workloads elsewhere.
func byWorkload(entries ...oauthv1alpha1.FederatedIdentity) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationPrivateKeyJWT
		c.Spec.Authentication.Federated = entries
	}
}

// said are claims with changes; nil removes. All tokens are for five minutes.
func said(base, change map[string]any) map[string]any {
	now := time.Now().Unix()
	out := map[string]any{"iat": now, "nbf": now - 5, "exp": now + 300}
	maps.Copy(out, base)
	for name, value := range change {
		if out[name] = value; value == nil {
			delete(out, name)
		}
	}
	return out
}

// gitHub are the claims of a job of GitHub Actions.
func gitHub(issuer, audience string) map[string]any {
	return map[string]any{
		"iss": issuer, "aud": audience, "sub": "repo:acme/shop:ref:refs/heads/main", "jti": "0f5a2b8e-2f6f-4d53-a1f3-6f9b2f7a1c11",
		"ref": "refs/heads/main", "sha": "5f1c9a0e", "repository": "acme/shop", "repository_owner": "acme", "repository_owner_id": "65", "repository_id": "74",
		"repository_visibility": "private", "run_id": "1", "run_number": "10", "run_attempt": "2", "runner_environment": "github-hosted",
		"actor": "ada", "actor_id": "12", "workflow": "deploy", "head_ref": "", "base_ref": "", "event_name": "push", "ref_protected": "true", "ref_type": "branch",
		"workflow_ref":     "acme/shop/.github/workflows/deploy.yaml@refs/heads/main",
		"job_workflow_ref": "acme/shop/.github/workflows/deploy.yaml@refs/heads/main", "environment": "production",
	}
}

// gitLab are the claims of a job of GitLab.
func gitLab(issuer, audience string) map[string]any {
	return map[string]any{
		"iss": issuer, "aud": audience, "sub": "project_path:acme/shop:ref_type:branch:ref:main", "jti": "c82eeb0c-5c6f-4a33-abf5-4c474b92b558",
		"namespace_id": "72", "namespace_path": "acme", "project_id": "20", "project_path": "acme/shop", "user_id": "1", "user_login": "ada", "user_email": "ada@acme.example",
		"pipeline_id": "574", "pipeline_source": "push", "job_id": "302", "ref": "main", "ref_type": "branch", "ref_path": "refs/heads/main", "ref_protected": "true",
		"groups_direct": []string{"acme"}, "environment": "production", "runner_id": 1, "runner_environment": "gitlab-hosted", "ci_config_sha": "5f1c9a0e",
	}
}

// eks are the claims of a token that EKS projects into a pod.
func eks(issuer, audience string) map[string]any {
	return map[string]any{
		"iss": issuer, "aud": []string{audience}, "sub": "system:serviceaccount:shop:billing", "jti": "8e0ab7f2-5c6f-4a33-abf5-4c474b92b558",
		"kubernetes.io": map[string]any{
			"namespace": "shop", "node": map[string]any{"name": "ip-10-0-0-1", "uid": "n"},
			"pod": map[string]any{"name": "billing-0", "uid": "p"}, "serviceaccount": map[string]any{"name": "billing", "uid": "s"},
		},
	}
}

// svid are the claims of a JWT-SVID.
func svid(audience string) map[string]any {
	return map[string]any{"aud": []string{audience}, "sub": "spiffe://example.org/ns/shop/sa/billing"}
}
