package rotate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// keys are those of an OAuthServer.
type keys struct {
	*oauthv1alpha1.OAuthServer
	// former are the IDs of those before the request. Times have whole seconds, in which keys
	// can be made before the request and for it.
	former map[string]bool
}

func newKeys(server *oauthv1alpha1.OAuthServer) *keys {
	k := &keys{server, map[string]bool{}}
	for _, key := range server.Status.Keys {
		k.former[key.ID] = true
	}
	return k
}

var _ rotated = (*keys)(nil)

func (k *keys) object() client.Object { return k.OAuthServer }
func (k *keys) title() string         { return fmt.Sprintf("OAuthServer %s/%s", k.Namespace, k.Name) }
func (k *keys) field() string         { return "spec.keys.requestedAt" }
func (k *keys) refused() error        { return nil }

func (k *keys) before() *time.Time {
	if k.Spec.Keys.RequestedAt == nil {
		return nil
	}
	return &k.Spec.Keys.RequestedAt.Time
}

func (k *keys) patch(requested time.Time) client.Patch {
	return merge(`{"spec":{"keys":{"requestedAt":%q}}}`, requested)
}

// complete: each key that is in use was made for the request, or later. Those that are only
// published are for the next rotation.
func (k *keys) complete(requested time.Time) bool {
	used := map[oauthv1alpha1.KeyUse]bool{}
	for _, key := range k.Status.Keys {
		if key.Use == oauthv1alpha1.KeyUsePairwise || !inUse(key) {
			continue
		}
		if k.former[key.ID] || key.CreatedAt.Time.Before(requested) {
			return false
		}
		used[key.Use] = true
	}
	return used[oauthv1alpha1.KeyUseSigning] && used[oauthv1alpha1.KeyUseRoot] && used[oauthv1alpha1.KeyUsePepper]
}

func inUse(key oauthv1alpha1.KeyStatus) bool {
	return key.RetireAt == nil && key.ActiveFrom != nil && !key.ActiveFrom.After(time.Now())
}

func (k *keys) state() string {
	return condition(k.Status.Conditions, oauthv1alpha1.ConditionKeysReady)
}

func (k *keys) done() string {
	var ids []string
	for _, key := range k.Status.Keys {
		if key.Use == oauthv1alpha1.KeyUseSigning && inUse(key) {
			ids = append(ids, key.ID)
		}
	}
	slices.Sort(ids)
	return fmt.Sprintf("The keys are replaced; those that sign are %s.", strings.Join(ids, " and "))
}
