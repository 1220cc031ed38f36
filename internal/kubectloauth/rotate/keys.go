package rotate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// ofKeys returns the rotation of the keys of an OAuthServer.
func ofKeys(server *oauthv1alpha1.OAuthServer) *rotation {
	// Times have whole seconds, in which keys can be made before the request and for it.
	former := map[string]bool{}
	for _, key := range server.Status.Keys {
		former[key.ID] = true
	}
	return &rotation{
		object: server, title: fmt.Sprintf("OAuthServer %s/%s", server.Namespace, server.Name),
		field: "spec.keys.requestedAt", format: `{"metadata":{"resourceVersion":%q},"spec":{"keys":{"requestedAt":%q}}}`,
		before:   server.Spec.Keys.RequestedAt,
		clear:    func() { *server = oauthv1alpha1.OAuthServer{} },
		complete: func(requested time.Time) bool { return replaced(server.Status.Keys, former, requested) },
		waits:    func() string { return condition(server.Status.Conditions, oauthv1alpha1.ConditionKeysReady) },
		done: func() string {
			return fmt.Sprintf("The keys are replaced; those that sign are %s.", strings.Join(signing(server.Status.Keys), ", "))
		},
	}
}

// replaced reports whether all keys in use were made for the request, or later. Those
// that are only published are for the next rotation. A former pepper stays in use beside the
// next one until the digests of all clients have moved, which takes up to an hour.
func replaced(list []oauthv1alpha1.KeyStatus, former map[string]bool, requested time.Time) bool {
	used := map[oauthv1alpha1.KeyUse]bool{}
	for _, key := range list {
		if key.Use == oauthv1alpha1.KeyUsePairwise || !inUse(key) {
			continue
		}
		switch fresh := !former[key.ID] && !key.CreatedAt.Time.Before(requested); {
		case fresh:
			used[key.Use] = true
		case key.Use != oauthv1alpha1.KeyUsePepper:
			return false
		}
	}
	return used[oauthv1alpha1.KeyUseSigning] && used[oauthv1alpha1.KeyUseRoot] && used[oauthv1alpha1.KeyUsePepper]
}

func inUse(key oauthv1alpha1.KeyStatus) bool {
	return key.RetireAt == nil && key.ActiveFrom != nil && !key.ActiveFrom.After(time.Now())
}

// signing are the IDs of the keys that sign.
func signing(list []oauthv1alpha1.KeyStatus) []string {
	var ids []string
	for _, key := range list {
		if key.Use == oauthv1alpha1.KeyUseSigning && inUse(key) {
			ids = append(ids, key.ID)
		}
	}
	slices.Sort(ids)
	return ids
}
