package serverspec

import (
	"encoding/json"
	"log/slog"
	"net/netip"
	"os"
	"reflect"
	"slices"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// An API server fills in the defaults of the schema: a server that was stored before a
// field was there must mean the same.
func TestDefaultsAreThoseOfTheSchema(t *testing.T) {
	filled := &oauthv1alpha1.OAuthServer{}
	content := map[string]any{"spec": map[string]any{}}
	fill(t, content, schema(t))
	text, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, filled); err != nil {
		t.Fatal(err)
	}
	if filled.Spec.Tokens.AccessToken.Lifetime == nil || filled.Spec.Sessions.MaxGrants == 0 {
		t.Fatalf("the schema has filled in %+v", filled.Spec)
	}
	if got, want := Of(&oauthv1alpha1.OAuthServer{}), Of(filled); !reflect.DeepEqual(got, want) {
		t.Errorf("an empty spec means %+v, the schema says %+v", got, want)
	}
}

func schema(t *testing.T) apiextensionsv1.JSONSchemaProps {
	t.Helper()
	file, err := os.ReadFile("../../config/crd/bases/oauth.grantor.dev_oauthservers.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var definition apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(file, &definition); err != nil {
		t.Fatal(err)
	}
	return *definition.Spec.Versions[0].Schema.OpenAPIV3Schema
}

// fill does as an API server with a new object.
func fill(t *testing.T, object map[string]any, schema apiextensionsv1.JSONSchemaProps) {
	t.Helper()
	for name, property := range schema.Properties {
		if _, given := object[name]; !given && property.Default != nil {
			var value any
			if err := json.Unmarshal(property.Default.Raw, &value); err != nil {
				t.Fatal(err)
			}
			object[name] = value
		}
		if child, ok := object[name].(map[string]any); ok {
			fill(t, child, property)
		}
	}
}

func TestNetworksLeaveOutWhatIsNone(t *testing.T) {
	server := &oauthv1alpha1.OAuthServer{}
	server.Spec.HTTP.TrustedProxies = []oauthv1alpha1.Network{"192.0.2.7", "2001:db8::7/32", "nonsense", "192.0.2.0/33"}
	want := []netip.Prefix{netip.MustParsePrefix("192.0.2.7/32"), netip.MustParsePrefix("2001:db8::/32")}
	if got := Of(server).TrustedProxies; !slices.Equal(got, want) {
		t.Errorf("trusted are %v", got)
	}
}

func TestLevels(t *testing.T) {
	for level, want := range map[oauthv1alpha1.LogLevel]slog.Level{
		oauthv1alpha1.LogLevelDebug: slog.LevelDebug, oauthv1alpha1.LogLevelInfo: slog.LevelInfo, oauthv1alpha1.LogLevelWarn: slog.LevelWarn,
		oauthv1alpha1.LogLevelError: slog.LevelError, "": slog.LevelInfo,
	} {
		server := &oauthv1alpha1.OAuthServer{}
		server.Spec.LogLevel = level
		if got := Of(server).LogLevel; got != want {
			t.Errorf("%q is %s", level, got)
		}
	}
}

func TestSamplingRatio(t *testing.T) {
	for ratio, want := range map[string]float64{"": 1, "1": 1, "0": 0, "0.1": 0.1, "1.000000": 1} {
		server := &oauthv1alpha1.OAuthServer{}
		server.Spec.Telemetry.Traces = &oauthv1alpha1.ServerTraces{Endpoint: "http://c", SamplingRatio: ratio}
		if got := Of(server).Traces; got != (Traces{Endpoint: "http://c", Ratio: want}) {
			t.Errorf("%q is %+v", ratio, got)
		}
	}
}
