package clientspec

import (
	"net/url"
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
	f.Add("team", "app", "", "read", "team.api", "All", "team=a", int64(0), false, uint8(0), "")
	f.Add("team", "app", "team.x", "admin", "*", "Selector", "team=a", int64(-60), true, uint8(1), "")
	f.Add("system", "app", "grafana", "read,write", "https://api.example", "Same", "", int64(60), false, uint8(2), "")
	f.Add("team", "app", "", "read", "https://payroll.example", "All", "", int64(0), true, uint8(0), "")
	f.Add("", "", "", "", "", "", "", int64(0), true, uint8(255), "")
	f.Add("team", "app", "grafana", "admin", "other.api", "All", "team=a", int64(0), false, uint8(16), "grafana,admin,other.*,*.{namespace}.example")
	f.Add("team", "app", "", "read", "", "All", "team=a", int64(0), false, uint8(48), "{namespace}.*,read,app.example,com.example.app:")
	f.Fuzz(func(t *testing.T, namespace, name, id, scopes, audiences, from, label string, age int64, star bool, bits uint8, allowed string) {
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
			allAudiences(s)
		}
		if bits&8 != 0 {
			s.Spec.ClientNamespaces.Selector = nil
		}
		rival := candidate(in("system", "rival"), withID(mine.Client.ClientID()), created(time.Duration(age)))
		inputs := Inputs{Servers: servers(s), Claimants: KnownClaimants(rival, mine), Policies: fuzzed(allowed, value, bits)}
		if bits&32 != 0 {
			redirecting("https://app.example/cb", "https://app."+oauthv1alpha1.RedirectURI(namespace)+".example", "com.example.app:/cb")(mine.Client)
		}
		decision := Decide(mine, inputs)
		if all := Explain(mine, inputs).Refusals; (decision.Refusal == nil) != (len(all) == 0) || decision.Refusal != nil && all[0].Message != decision.Refusal.Message {
			t.Fatalf("decided %+v and explained %+v", decision.Refusal, all)
		}
		if decision.Refusal != nil {
			if decision.Refusal.Reason == "" || decision.Refusal.Message == "" {
				t.Fatalf("refused without a word: %+v", decision.Refusal)
			}
			return
		}
		keepsPromises(t, mine, decision, inputs, rival)
	})
}

// fuzzed returns no policy, or two: one that allows everything that is listed, and one
// for namespaces of a team that allows next to nothing.
func fuzzed(allowed, team string, bits uint8) []*oauthv1alpha1.OAuthClientPolicy {
	if bits&16 == 0 {
		return nil
	}
	return policies(
		policy("listed", policySpec{
			RedirectHosts: list[oauthv1alpha1.HostPattern](allowed), ClientIDs: list[oauthv1alpha1.ClientIDPattern](allowed),
			Scopes: list[oauthv1alpha1.Scope](allowed), Audiences: list[oauthv1alpha1.AudiencePattern](allowed),
		}),
		policy("brief", policySpec{Maximum: oauthv1alpha1.PolicyMaximum{AccessTokenLifetime: duration(time.Minute)}}, selecting("team", team)),
	)
}

func keepsPromises(t *testing.T, c Candidate, decision Decision, inputs Inputs, rival Candidate) {
	t.Helper()
	got, s := decision.Client, decision.Server
	if got.ID == "" || got.ID != c.Client.ClientID() || got.UID != c.Client.UID {
		t.Fatalf("another client came out: %+v", got)
	}
	keepsToPolicies(t, c, decision, inputs)
	governed := len(inputs.Policies) > 0 && len(inputs.Policies[0].Spec.Scopes) > 0
	if !governed && !strings.HasPrefix(got.ID, c.Client.Namespace+".") && c.Client.Namespace != s.Namespace {
		t.Fatalf("client ID %q in namespace %q", got.ID, c.Client.Namespace)
	}
	for _, scope := range got.Scopes {
		if !governed && !slices.ContainsFunc(s.Spec.Scopes, func(d oauthv1alpha1.ScopeDefinition) bool { return string(d.Name) == scope && !d.Restricted }) {
			t.Fatalf("scope %q", scope)
		}
	}
	for _, audience := range got.Audiences {
		listed := slices.ContainsFunc(s.Spec.Audiences, func(d oauthv1alpha1.AudienceDefinition) bool { return string(d.Name) == audience || d.Name == "*" })
		if !governed && slices.Contains(s.Spec.Audiences, oauthv1alpha1.AudienceDefinition{Name: oauthv1alpha1.Audience(audience), Restricted: true}) {
			t.Fatalf("restricted audience %q", audience)
		}
		if audience != s.Spec.Issuer && !governed && !listed && !strings.HasPrefix(audience, c.Client.Namespace+".") {
			t.Fatalf("audience %q", audience)
		}
	}
	if c.Client.Spec.Suspend {
		t.Fatal("a suspended client")
	}
	if s.Spec.ClientNamespaces.From != oauthv1alpha1.NamespacesFromAll && s.Spec.ClientNamespaces.From != oauthv1alpha1.NamespacesFromSelector && c.Client.Namespace != s.Namespace {
		t.Fatalf("a client of namespace %q", c.Client.Namespace)
	}
	if lost := Decide(rival, inputs); lost.Refusal == nil && c.Client.UID != rival.Client.UID {
		t.Fatal("two clients have one ID")
	}
}

// keepsToPolicies checks, in another way than the rules do, what the first policy lists.
func keepsToPolicies(t *testing.T, c Candidate, decision Decision, inputs Inputs) {
	t.Helper()
	if len(inputs.Policies) == 0 || len(inputs.Policies[0].Spec.Scopes) == 0 {
		return
	}
	allowed := stringsOf(inputs.Policies[0].Spec.Scopes)
	pattern := func(value string) bool {
		return slices.ContainsFunc(allowed, func(p string) bool {
			filled := strings.ReplaceAll(p, "{namespace}", c.Client.Namespace)
			return filled == value || strings.HasSuffix(p, "*") && strings.HasPrefix(value, strings.TrimSuffix(filled, "*"))
		})
	}
	for _, scope := range decision.Client.Scopes {
		if !slices.Contains(allowed, scope) {
			t.Fatalf("scope %q of %q", scope, allowed)
		}
	}
	if !pattern(decision.Client.ID) {
		t.Fatalf("client ID %q of %q", decision.Client.ID, allowed)
	}
	for _, audience := range c.Client.Spec.Audiences {
		if !pattern(string(audience)) {
			t.Fatalf("audience %q of %q", audience, allowed)
		}
	}
	for _, uri := range decision.Client.Interactive.RedirectURIs {
		parsed, err := url.Parse(uri)
		if slices.Contains(allowed, "*") || err == nil && parsed.Scheme == "com.example.app" && slices.Contains(allowed, "com.example.app:") {
			continue
		}
		if err != nil || !slices.ContainsFunc(allowed, func(p string) bool {
			suffix := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(p, "*"), "{namespace}", c.Client.Namespace))
			return strings.HasSuffix(strings.ToLower(parsed.Hostname()), suffix) || strings.HasPrefix(suffix, "[")
		}) {
			t.Fatalf("redirect URI %q of %q", uri, allowed)
		}
	}
	if len(decision.Policies) == 2 && decision.Client.Tokens.AccessLifetime > time.Minute {
		t.Fatalf("tokens live for %s", decision.Client.Tokens.AccessLifetime)
	}
}

func list[T ~string](text string) []T {
	var out []T
	for _, item := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' }) {
		out = append(out, T(item))
	}
	return out
}
