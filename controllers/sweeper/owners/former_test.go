package owners

import (
	"reflect"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// The time since when a provider has not existed is kept, and forgotten with what is left of it.
func TestFormer(t *testing.T) {
	at := func(name string, when time.Time) oauthv1alpha1.FormerProvider {
		return oauthv1alpha1.FormerProvider{Name: name, Since: metav1.NewTime(when)}
	}
	server := &oauthv1alpha1.OAuthServer{ObjectMeta: metav1.ObjectMeta{Namespace: "system"}}
	server.Status.Sessions = &oauthv1alpha1.SessionsStatus{FormerProviders: []oauthv1alpha1.FormerProvider{at("z", noon.Add(-time.Hour)), at("back", noon)}}
	missing := Missing{{"system", "z"}: true, {"system", "b"}: true, {"system", "a"}: true, {"other", "c"}: true}
	want := []oauthv1alpha1.FormerProvider{at("z", noon.Add(-time.Hour)), at("a", noon), at("b", noon)}
	if got := missing.Former(server, noon); !reflect.DeepEqual(got, want) {
		t.Errorf("former are %v", got)
	}
	for n := range 2 * maxFormer {
		missing[inNamespace{"system", string(rune('A' + n))}] = true
	}
	if got := missing.Former(server, noon); len(got) != maxFormer || got[0].Name != "z" {
		t.Errorf("%d are remembered, the first is %s", len(got), got[0].Name)
	}
	all := &Owners{former: map[inNamespace]time.Time{{"system", "z"}: noon.Add(-2 * time.Hour)}}
	if all.remember(server); !all.former[inNamespace{"system", "z"}].Equal(noon.Add(-time.Hour)) || len(all.former) != 2 {
		t.Errorf("read as %v", all.former)
	}
}
