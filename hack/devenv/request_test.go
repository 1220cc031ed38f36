package devenv

import (
	"net/http/httptest"
	"testing"
)

func TestRequestsAreReadAsTheAPIServerReadsThem(t *testing.T) {
	const apply = "application/apply-patch+yaml"
	for name, test := range map[string]struct {
		method, target, contentType string
		wanted                      Request
	}{
		"get": {"GET", "/api/v1/namespaces/a/secrets/s", "",
			Request{RequestKey{"get", "", "secrets"}, "a", "s"}},
		"list": {"GET", "/apis/oauth.grantor.dev/v1alpha1/oauthclients?limit=5", "",
			Request{RequestKey{"list", "oauth.grantor.dev", "oauthclients"}, "", ""}},
		"watch": {"GET", "/apis/oauth.grantor.dev/v1alpha1/oauthclients?watch=true", "",
			Request{RequestKey{"watch", "oauth.grantor.dev", "oauthclients"}, "", ""}},
		"create": {"POST", "/apis/session.grantor.dev/v1alpha1/namespaces/a/grants", "application/json",
			Request{RequestKey{"create", "session.grantor.dev", "grants"}, "a", ""}},
		"patch of the status": {"PATCH", "/apis/oauth.grantor.dev/v1alpha1/namespaces/a/oauthclients/c/status",
			"application/merge-patch+json",
			Request{RequestKey{"patch", "oauth.grantor.dev", "oauthclients/status"}, "a", "c"}},
		"server-side apply": {"PATCH", "/api/v1/namespaces/a/secrets/s?fieldManager=x", apply,
			Request{RequestKey{"apply", "", "secrets"}, "a", "s"}},
		"delete of many": {"DELETE", "/api/v1/namespaces/a/secrets", "",
			Request{RequestKey{"deletecollection", "", "secrets"}, "a", ""}},
		"a namespace": {"GET", "/api/v1/namespaces/a", "",
			Request{RequestKey{"get", "", "namespaces"}, "a", "a"}},
		"discovery": {"GET", "/apis/oauth.grantor.dev/v1alpha1", "",
			Request{RequestKey: RequestKey{Verb: "get"}}},
	} {
		r := httptest.NewRequest(test.method, test.target, nil)
		r.Header.Set("Content-Type", test.contentType)
		if got := DescribeRequest(r); got != test.wanted {
			t.Errorf("%s: got %+v, wanted %+v", name, got, test.wanted)
		}
	}
}
