package render

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

var update = flag.Bool("update", false, "write the golden files")

// deployed returns a server that the operator runs.
func deployed(change ...func(*oauthv1alpha1.OAuthServer)) *oauthv1alpha1.OAuthServer {
	replicas := int32(2)
	server := &oauthv1alpha1.OAuthServer{
		ObjectMeta: metav1.ObjectMeta{Namespace: "grantor-system", Name: "default"},
		Spec: oauthv1alpha1.OAuthServerSpec{
			Issuer:     "https://auth.example.com",
			Deployment: &oauthv1alpha1.ServerDeployment{Replicas: &replicas},
		},
	}
	for _, f := range change {
		f(server)
	}
	return server
}

// patchedBy adds patches of the Deployment, or of the kind before a colon.
func patchedBy(texts ...string) func(*oauthv1alpha1.OAuthServer) {
	return func(server *oauthv1alpha1.OAuthServer) {
		for _, text := range texts {
			kind := "Deployment"
			if before, after, ok := strings.Cut(text, "|"); ok {
				kind, text = before, after
			}
			server.Spec.Deployment.Patches = append(server.Spec.Deployment.Patches, oauthv1alpha1.DeploymentPatch{
				Target: oauthv1alpha1.PatchTarget{Kind: kind}, Patch: text,
			})
		}
	}
}

func everything(server *oauthv1alpha1.OAuthServer) {
	none := int32(0)
	server.Namespace, server.Name = "null", "true"
	server.Spec.Issuer = "https://auth.example.com:8443/tenant"
	server.Spec.TLS = &oauthv1alpha1.ServerTLS{SecretName: "auth-tls"}
	server.Spec.Exposure = &oauthv1alpha1.ServerExposure{Ingress: &oauthv1alpha1.ServerIngress{ClassName: "nginx", TLSSecretName: "edge-tls"}}
	server.Spec.ClientCertificates = &oauthv1alpha1.ServerClientCertificates{Host: "mtls.example.com", CARef: &oauthv1alpha1.ServerSecretReference{Name: "clients-ca"}}
	server.Spec.Outbound.CARef = &oauthv1alpha1.ServerSecretReference{Name: "company-ca"}
	server.Spec.Sessions.KubeconfigRef = &oauthv1alpha1.ServerSecretReference{Name: "sessions"}
	server.Spec.Deployment.Replicas = &none
	server.Spec.Deployment.Image = "registry.example.com/grantor@sha256:0123"
	server.Spec.Deployment.Resources = &oauthv1alpha1.ServerResources{
		Limits: map[corev1.ResourceName]oauthv1alpha1.ResourceQuantity{corev1.ResourceCPU: "2"},
	}
}

func throughGateway(server *oauthv1alpha1.OAuthServer) {
	port := int32(443)
	server.Spec.Issuer = "https://auth.example.com/tenant"
	server.Spec.TLS = &oauthv1alpha1.ServerTLS{SecretName: "auth-tls"}
	server.Spec.Exposure = &oauthv1alpha1.ServerExposure{Gateway: &oauthv1alpha1.ServerGateway{
		ParentRefs: []oauthv1alpha1.GatewayReference{{Name: "edge"}, {Name: "edge", Namespace: "gateways", SectionName: "https", Port: &port}},
		Hostnames:  []oauthv1alpha1.GatewayHostname{"auth.example.com", "*.auth.example.com"},
	}}
}

func TestGolden(t *testing.T) {
	tests := map[string]*oauthv1alpha1.OAuthServer{
		"default":    deployed(),
		"everything": deployed(everything),
		"gateway":    deployed(throughGateway),
		"header": deployed(func(server *oauthv1alpha1.OAuthServer) {
			server.Spec.ClientCertificates = &oauthv1alpha1.ServerClientCertificates{
				Host: "mtls.example.com:8444", Header: &oauthv1alpha1.ClientCertificateHeader{Name: "Client-Cert", Format: oauthv1alpha1.ClientCertificateRFC9440},
			}
		}),
		"patched": deployed(patchedBy(
			"spec: {template: {spec: {priorityClassName: high, nodeSelector: {disk: ssd}}}}",
			"- {op: add, path: /spec/template/metadata/annotations, value: {example.com/team: platform}}",
			"Service|metadata: {annotations: {example.com/balancer: internal}}",
		)),
	}
	for name, server := range tests {
		t.Run(name, func(t *testing.T) {
			objects, err := Objects(server, "grantor:test")
			if err != nil {
				t.Fatal(err)
			}
			path, got := filepath.Join("testdata", name+".yaml"), text(t, objects)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			wanted, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(wanted) {
				t.Errorf("it is not %s; run the test with -update and read the difference:\n%s", path, got)
			}
		})
	}
}

func TestWithoutDeploymentThereIsNothing(t *testing.T) {
	objects, err := Objects(deployed(func(s *oauthv1alpha1.OAuthServer) { s.Spec.Deployment = nil }), "")
	if err != nil || len(objects) > 0 {
		t.Errorf("%d objects, %v", len(objects), err)
	}
}

func TestAnImageMustBeKnown(t *testing.T) {
	if _, err := Objects(deployed(), ""); !errors.Is(err, ErrImageUnknown) {
		t.Error(err)
	}
}

// TestAPatchThatChangesNothing: kustomize on the way alters no object.
func TestAPatchThatChangesNothing(t *testing.T) {
	bare, err := Objects(deployed(), "grantor:test")
	if err != nil {
		t.Fatal(err)
	}
	patched, err := Objects(deployed(patchedBy("spec: {replicas: 2}")), "grantor:test")
	if err != nil {
		t.Fatal(err)
	}
	if text(t, bare) != text(t, patched) {
		t.Errorf("wanted:\n%s\ngot:\n%s", text(t, bare), text(t, patched))
	}
}

func text(t *testing.T, objects []*unstructured.Unstructured) string {
	t.Helper()
	var all []string
	for _, object := range objects {
		one, err := yaml.Marshal(object.Object)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(one))
	}
	return strings.Join(all, "---\n")
}

// TestNames: the operator, the server and clients of the API find things by them.
func TestNames(t *testing.T) {
	objects, err := Objects(deployed(), "grantor:test")
	if err != nil {
		t.Fatal(err)
	}
	all := text(t, objects)
	for _, name := range []string{
		"- " + oauthv1alpha1.KeySecretName("default") + "\n", "- " + oauthv1alpha1.PasswordSecretName("default") + "\n",
		"kind: Service\nmetadata:", "name: " + oauthv1alpha1.ServiceName("default") + "\n", "- name: " + oauthv1alpha1.InternalPortName + "\n",
	} {
		if !strings.Contains(all, name) {
			t.Errorf("there is no %q", name)
		}
	}
}
