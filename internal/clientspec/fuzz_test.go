package clientspec

import (
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// FuzzDecide tries arbitrary specs: whatever is accepted keeps to what the tenants
// were promised.
func FuzzDecide(f *testing.F) {
	f.Add("team", "app", "", "read", "team.api", "All", "team=a", int64(0), false, uint8(0))
	f.Add("team", "app", "team.x", "admin", "*", "Selector", "team=a", int64(-60), true, uint8(1))
	f.Add("system", "app", "grafana", "read,write", "https://api.example", "Same", "", int64(60), false, uint8(2))
	f.Add("", "", "", "", "", "", "", int64(0), true, uint8(255))
	f.Fuzz(func(t *testing.T, namespace, name, id, scopes, audiences, from, label string, age int64, star bool, bits uint8) {
		mine := candidate(in(namespace, name), withID(id), withScopes(list[oauthv1alpha1.Scope](scopes)...), withAudiences(list[oauthv1alpha1.Audience](audiences)...))
		key, value, _ := strings.Cut(label, "=")
		mine.NamespaceLabels = map[string]string{key: value}
		mine.Client.Spec.Suspend = bits&1 != 0
		if bits&2 != 0 {
			mine.Client.Status.ServerRef = &oauthv1alpha1.ServerReference{Namespace: "system", Name: name}
		}
		if bits&4 != 0 {
			mine.Client.Spec.ServerRef = &oauthv1alpha1.ServerReference{Name: name}
		}
		s := server(takesFrom(oauthv1alpha1.NamespacesFrom(from), &metav1.LabelSelector{MatchLabels: map[string]string{"team": value}}))
		if star {
			s.Spec.Audiences = append(s.Spec.Audiences, "*")
		}
		if bits&8 != 0 {
			s.Spec.ClientNamespaces.Selector = nil
		}
		rival := candidate(in("system", "rival"), withID(mine.Client.ClientID()), created(time.Duration(age)))
		decision := decide(mine, servers(s), []Candidate{rival, mine})
		if decision.Refusal != nil {
			if decision.Refusal.Reason == "" || decision.Refusal.Message == "" {
				t.Fatalf("refused without a word: %+v", decision.Refusal)
			}
			return
		}
		keepsPromises(t, mine, decision, rival)
	})
}

func keepsPromises(t *testing.T, c Candidate, decision Decision, rival Candidate) {
	t.Helper()
	got, s := decision.Client, decision.Server
	if got.ID == "" || got.ID != c.Client.ClientID() || got.UID != c.Client.UID {
		t.Fatalf("another client came out: %+v", got)
	}
	if !strings.HasPrefix(got.ID, c.Client.Namespace+".") && c.Client.Namespace != s.Namespace {
		t.Fatalf("client ID %q in namespace %q", got.ID, c.Client.Namespace)
	}
	for _, scope := range got.Scopes {
		if !slices.ContainsFunc(s.Spec.Scopes, func(d oauthv1alpha1.ScopeDefinition) bool { return string(d.Name) == scope && !d.Restricted }) {
			t.Fatalf("scope %q", scope)
		}
	}
	for _, audience := range got.Audiences {
		listed := slices.Contains(s.Spec.Audiences, oauthv1alpha1.Audience(audience)) || slices.Contains(s.Spec.Audiences, "*")
		if !listed && !strings.HasPrefix(audience, c.Client.Namespace+".") {
			t.Fatalf("audience %q", audience)
		}
	}
	if c.Client.Spec.Suspend {
		t.Fatal("a suspended client")
	}
	if s.Spec.ClientNamespaces.From != oauthv1alpha1.NamespacesFromAll && s.Spec.ClientNamespaces.From != oauthv1alpha1.NamespacesFromSelector && c.Client.Namespace != s.Namespace {
		t.Fatalf("a client of namespace %q", c.Client.Namespace)
	}
	if lost := decide(rival, servers(s), []Candidate{c, rival}); lost.Refusal == nil && c.Client.UID != rival.Client.UID {
		t.Fatal("two clients have one ID")
	}
}

func list[T ~string](text string) []T {
	var out []T
	for _, item := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' }) {
		out = append(out, T(item))
	}
	return out
}
