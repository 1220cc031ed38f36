package manifest

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	clientmanifest "github.com/grantor-dev/grantor/controllers/oauthclient/manifest"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
	"github.com/grantor-dev/grantor/internal/secrettemplate"
)

// ErrTemplate says that a template fails.
var ErrTemplate = errors.New("spec.secret.template")

// Check tries the template of an OAuthToken, with another value than a token.
func Check(token *oauthv1alpha1.OAuthToken, clientID string) error {
	template := token.Spec.Secret.Template
	if template == nil {
		return nil
	}
	if err := secrettemplate.CheckMetadata(plain(template.Metadata.Labels), plain(template.Metadata.Annotations)); err != nil {
		return fmt.Errorf("%w.%w", ErrTemplate, err)
	}
	_, err := data(token, clientID, state.State{AccessToken: strings.Repeat("x", 2048)})
	return err
}

// Desired returns the Secret that is to hold the token of a state: the present one,
// changed, or a new one where that is nil. Without a valid token it holds nothing.
func Desired(token *oauthv1alpha1.OAuthToken, present *corev1.Secret, clientID string, s state.State, now time.Time) (*corev1.Secret, error) {
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: token.Namespace, Name: token.TokenSecretName()}}
	if present != nil {
		secret = present.DeepCopy()
	}
	state.Own(secret, token)
	clientmanifest.SetTemplateMetadata(secret, token.Spec.Secret.Template)
	secret.Type = clientmanifest.TypeOf(token.Spec.Secret.Template)
	if !s.Valid(now) {
		secret.Data = nil
		return secret, nil
	}
	var err error
	secret.Data, err = data(token, clientID, s)
	return secret, err
}

// Same reports whether two Secrets hold the same and have the same marks.
func Same(a, b *corev1.Secret) bool {
	return a.Type == b.Type && equality.Semantic.DeepEqual(a.Data, b.Data) &&
		maps.Equal(a.Labels, b.Labels) && maps.Equal(a.Annotations, b.Annotations) &&
		equality.Semantic.DeepEqual(a.OwnerReferences, b.OwnerReferences)
}

func data(token *oauthv1alpha1.OAuthToken, clientID string, s state.State) (map[string][]byte, error) {
	keys, end := token.Spec.Secret.Keys, ""
	if !s.ExpiresAt.IsZero() {
		end = s.ExpiresAt.UTC().Format(time.RFC3339)
	}
	scopes := strings.Join(s.Scopes, " ")
	out := map[string][]byte{cmp.Or(string(keys.AccessToken), "access_token"): []byte(s.AccessToken)}
	for key, value := range map[oauthv1alpha1.SecretKey]string{keys.TokenType: s.TokenType, keys.ExpiresAt: end, keys.Scope: scopes} {
		if key != "" {
			out[string(key)] = []byte(value)
		}
	}
	template := token.Spec.Secret.Template
	if template == nil {
		return out, nil
	}
	for _, key := range slices.Sorted(maps.Keys(template.Data)) {
		if _, taken := out[key]; taken {
			return nil, fmt.Errorf("%w.data: spec.secret.keys uses the key %q; rename one of them", ErrTemplate, key)
		}
	}
	made, err := secrettemplate.Render(plain(template.Data), secrettemplate.Values{
		"accessToken": s.AccessToken, "tokenType": s.TokenType, "expiresAt": end, "scopes": slices.Clone(s.Scopes),
		"clientID": clientID, "namespace": token.Namespace, "name": token.Name,
	})
	if err != nil {
		return nil, fmt.Errorf("%w.%w", ErrTemplate, err)
	}
	maps.Copy(out, made)
	return out, nil
}

func plain[S ~string](m map[string]S) map[string]string {
	out := make(map[string]string, len(m))
	for key, s := range m {
		out[key] = string(s)
	}
	return out
}
