package manifest

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func token(change ...func(*oauthv1alpha1.TokenSecret)) *oauthv1alpha1.OAuthToken {
	t := &oauthv1alpha1.OAuthToken{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "crm", UID: "1"}}
	for _, c := range change {
		c(&t.Spec.Secret)
	}
	return t
}

func valid() state.State {
	return state.State{AccessToken: "a", TokenType: "Bearer", Scopes: []string{"x", "y"}, IssuedAt: noon, ExpiresAt: noon.Add(time.Hour)}
}

func TestWhatTheSecretHolds(t *testing.T) {
	all := func(s *oauthv1alpha1.TokenSecret) {
		s.Keys = oauthv1alpha1.TokenSecretKeys{AccessToken: "token", TokenType: "type", ExpiresAt: "end", Scope: "scope"}
	}
	for sentence, test := range map[string]struct {
		token *oauthv1alpha1.OAuthToken
		at    time.Time
		want  map[string]string
	}{
		"the token alone": {token(), noon, map[string]string{"access_token": "a"}},
		"every key":       {token(all), noon, map[string]string{"token": "a", "type": "Bearer", "end": "2026-03-01T13:00:00Z", "scope": "x y"}},
		"a template": {token(func(s *oauthv1alpha1.TokenSecret) {
			s.Template = &oauthv1alpha1.SecretTemplate{Data: map[string]oauthv1alpha1.SecretTemplateText{"all": `{{ .clientID }} {{ .namespace }} {{ .name }} {{ join .scopes "," }} {{ .expiresAt }}`}}
		}), noon, map[string]string{"access_token": "a", "all": "app team crm x,y 2026-03-01T13:00:00Z"}},
		"a token that expired": {token(all), noon.Add(time.Hour), map[string]string{}},
	} {
		t.Run(sentence, func(t *testing.T) {
			secret, err := Desired(test.token, nil, "app", valid(), test.at)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for key, value := range secret.Data {
				got[key] = string(value)
			}
			if !reflect.DeepEqual(got, test.want) || !state.Owned(secret, test.token) || secret.Name != "crm-oauth-token" {
				t.Errorf("%s holds %v", secret.Name, got)
			}
			again, err := Desired(test.token, secret, "app", valid(), test.at)
			if err != nil || !Same(secret, again) {
				t.Errorf("%v: it would be written again", err)
			}
		})
	}
}

func TestTemplatesThatFail(t *testing.T) {
	for sentence, template := range map[string]oauthv1alpha1.SecretTemplate{
		"the key of the token":   {Data: map[string]oauthv1alpha1.SecretTemplateText{"access_token": "x"}},
		"a value that is not":    {Data: map[string]oauthv1alpha1.SecretTemplateText{"a": "{{ .refreshToken }}"}},
		"a function that is not": {Data: map[string]oauthv1alpha1.SecretTemplateText{"a": `{{ printf "%s" .accessToken }}`}},
		"a label of ours": {Metadata: oauthv1alpha1.SecretTemplateMetadata{
			Labels: map[string]oauthv1alpha1.SecretTemplateLabel{oauthv1alpha1.LabelTokenUID: "2"}}},
	} {
		bad := token(func(s *oauthv1alpha1.TokenSecret) { s.Template = &template })
		if err := Check(bad, "app"); !errors.Is(err, ErrTemplate) || strings.Contains(err.Error(), "xxx") {
			t.Errorf("%s: %v", sentence, err)
		}
	}
	if err := Check(token(), "app"); err != nil {
		t.Error(err)
	}
}

func TestTypesThatGiveRightsAreNotMade(t *testing.T) {
	bad := token(func(s *oauthv1alpha1.TokenSecret) {
		s.Template = &oauthv1alpha1.SecretTemplate{Type: string(corev1.SecretTypeServiceAccountToken)}
	})
	secret, err := Desired(bad, nil, "app", valid(), noon)
	if err != nil || secret.Type != corev1.SecretTypeOpaque {
		t.Errorf("%v: the Secret is of type %s", err, secret.Type)
	}
}
