package resourcespec

import (
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

const tickets = "https://mcp.example.com/tickets"

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// resource returns a resource of namespace support that was created some minutes after noon.
func resource(name string, minutes int, change ...func(*oauthv1alpha1.OAuthResource)) Candidate {
	r := &oauthv1alpha1.OAuthResource{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "support", Name: name, UID: types.UID(name), CreationTimestamp: metav1.NewTime(noon.Add(time.Duration(minutes) * time.Minute)),
		},
		Spec: oauthv1alpha1.OAuthResourceSpec{Identifier: tickets, Scopes: []oauthv1alpha1.ResourceScope{{Name: "tickets.read"}}},
	}
	for _, f := range change {
		f(r)
	}
	return Candidate{Resource: r, NamespaceLabels: map[string]string{"team": r.Namespace}}
}

func in(namespace string) func(*oauthv1alpha1.OAuthResource) {
	return func(r *oauthv1alpha1.OAuthResource) { r.Namespace = namespace }
}

func called(identifier oauthv1alpha1.ResourceIdentifier) func(*oauthv1alpha1.OAuthResource) {
	return func(r *oauthv1alpha1.OAuthResource) { r.Spec.Identifier = identifier }
}

func inputs(change ...func(*oauthv1alpha1.OAuthServer, *Inputs)) Inputs {
	server := &oauthv1alpha1.OAuthServer{
		ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "default", UID: "server"},
		Spec: oauthv1alpha1.OAuthServerSpec{
			Issuer: "https://auth.example.com", Default: true, ClientNamespaces: oauthv1alpha1.ClientNamespaces{From: oauthv1alpha1.NamespacesFromAll},
			Scopes:    []oauthv1alpha1.ScopeDefinition{{Name: "read"}},
			Audiences: []oauthv1alpha1.AudienceDefinition{{Name: "*"}, {Name: "https://Payroll.example.com:443/"}, {Name: "other.payroll"}},
		},
	}
	i := Inputs{Servers: []*oauthv1alpha1.OAuthServer{server}}
	for _, f := range change {
		f(server, &i)
	}
	return i
}

func policy(hosts ...oauthv1alpha1.HostPattern) func(*oauthv1alpha1.OAuthServer, *Inputs) {
	return func(_ *oauthv1alpha1.OAuthServer, i *Inputs) {
		i.Policies = append(i.Policies, &oauthv1alpha1.OAuthClientPolicy{
			ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "hosts"},
			Spec:       oauthv1alpha1.OAuthClientPolicySpec{ResourceHosts: hosts},
		})
	}
}

func unknown(c Candidate) Candidate { c.NamespaceUnknown = true; return c }

func certified(s *oauthv1alpha1.OAuthServer, _ *Inputs) {
	s.Spec.ClientCertificates = &oauthv1alpha1.ServerClientCertificates{Host: "MTLS.example.com:8443"}
}

func TestDecide(t *testing.T) {
	for name, test := range map[string]struct {
		candidate Candidate
		inputs    Inputs
		reason    string
		says      string
	}{
		"a host of a policy":                         {resource("a", 0), inputs(policy("*.example.com")), "", ""},
		"a host without a policy":                    {resource("a", 0), inputs(), oauthv1alpha1.ReasonHostNotOwned, "OAuthClientPolicy with resourceHosts"},
		"a host of no policy":                        {resource("a", 0), inputs(policy("*.{namespace}.example.com")), oauthv1alpha1.ReasonHostNotOwned, "support"},
		"any host in the server's namespace":         {resource("a", 0, in("system")), inputs(), "", ""},
		"a name of the namespace":                    {resource("a", 0, called("support.tickets")), inputs(), "", ""},
		"a name of another namespace":                {resource("a", 0, called("payroll.tickets")), inputs(), oauthv1alpha1.ReasonIdentifierNotAllowed, `"support."`},
		"a name that begins like the namespace":      {resource("a", 0, called("support-2.tickets")), inputs(), oauthv1alpha1.ReasonIdentifierNotAllowed, ""},
		"a name of another namespace, by policy":     {resource("a", 0, called("payroll.tickets")), inputs(policy("*")), oauthv1alpha1.ReasonIdentifierNotAllowed, ""},
		"a name that is the host of the issuer":      {resource("a", 0, in("auth"), called("auth.Example.com")), inputs(), oauthv1alpha1.ReasonIdentifierNotAllowed, "the host of the issuer"},
		"a name that is the host of an audience":     {resource("a", 0, in("payroll"), called("payroll.example.com")), inputs(), oauthv1alpha1.ReasonIdentifierNotAllowed, "the host of an audience"},
		"the issuer":                                 {resource("a", 0, called("https://auth.example.com")), inputs(), oauthv1alpha1.ReasonIdentifierNotAllowed, "is the issuer"},
		"the issuer, by the administrator":           {resource("a", 0, in("system"), called("https://auth.example.com")), inputs(policy("*")), oauthv1alpha1.ReasonIdentifierNotAllowed, ""},
		"the host of the issuer":                     {resource("a", 0, called("https://auth.example.com/x")), inputs(policy("*", "*.example.com")), oauthv1alpha1.ReasonHostNotOwned, "the issuer"},
		"the host of the issuer, by {namespace}":     {resource("a", 0, in("auth"), called("https://auth.example.com/x")), inputs(policy("{namespace}.example.com")), oauthv1alpha1.ReasonHostNotOwned, "the issuer"},
		"the host of the issuer, written out":        {resource("a", 0, called("https://auth.example.com/x")), inputs(policy("auth.example.com")), "", ""},
		"the host of certificates":                   {resource("a", 0, called("https://mtls.example.com/x")), inputs(certified, policy("*")), oauthv1alpha1.ReasonHostNotOwned, "spec.clientCertificates"},
		"an audience of the server":                  {resource("a", 0, called("https://payroll.example.com")), inputs(policy("*")), oauthv1alpha1.ReasonIdentifierNotAllowed, "spec.audiences"},
		"an audience of the server that is named":    {resource("a", 0, in("other"), called("other.payroll")), inputs(), oauthv1alpha1.ReasonIdentifierNotAllowed, "spec.audiences"},
		"an audience of the server, by its owner":    {resource("a", 0, in("system"), called("https://payroll.example.com")), inputs(), "", ""},
		"the host of an audience":                    {resource("a", 0, called("https://payroll.example.com/x")), inputs(policy("*")), oauthv1alpha1.ReasonHostNotOwned, "an audience"},
		"the host of an audience, written as a host": {resource("a", 0, called("https://other.payroll/x")), inputs(policy("*")), oauthv1alpha1.ReasonHostNotOwned, "an audience"},
		"one of too many":                            {nth(100, resource("a", 0, called("support.a"))), inputs(), oauthv1alpha1.ReasonTooManyResources, "100"},
		"the last one that is not":                   {nth(99, resource("a", 0, called("support.a"))), inputs(), "", ""},
		"a scope of the server":                      {resource("a", 0, func(r *oauthv1alpha1.OAuthResource) { r.Spec.Scopes[0].Name = "read" }), inputs(policy("*")), oauthv1alpha1.ReasonScopeNotAllowed, `"read"`},
		"no default server":                          {resource("a", 0), inputs(func(s *oauthv1alpha1.OAuthServer, _ *Inputs) { s.Spec.Default = false }), oauthv1alpha1.ReasonNoDefaultServer, ""},
		"a server that does not exist": {resource("a", 0, func(r *oauthv1alpha1.OAuthResource) {
			r.Spec.ServerRef = &oauthv1alpha1.ServerReference{Name: "default"}
		}), inputs(), oauthv1alpha1.ReasonServerNotFound, `"support"`},
		"a namespace that the server does not take": {resource("a", 0), inputs(policy("*"), func(s *oauthv1alpha1.OAuthServer, _ *Inputs) {
			s.Spec.ClientNamespaces = oauthv1alpha1.ClientNamespaces{}
		}), oauthv1alpha1.ReasonNamespaceNotAllowed, ""},
		"a namespace that is not known yet": {unknown(resource("a", 0)), inputs(policy("*")), oauthv1alpha1.ReasonNamespaceNotAllowed, "not known yet"},
	} {
		t.Run(name, func(t *testing.T) {
			d := Decide(test.candidate, test.inputs)
			if test.reason == "" {
				if d.Refusal != nil || d.Resource == nil {
					t.Errorf("refused: %+v", d.Refusal)
				}
				return
			}
			if d.Refusal == nil || d.Refusal.Reason != test.reason || !strings.Contains(d.Refusal.Message, test.says) || d.Resource != nil {
				t.Errorf("%+v", d.Refusal)
			}
		})
	}
}

// The older of two resources has an identifier, unless it may not have it.
func TestConflict(t *testing.T) {
	older, younger := resource("older", 0, in("system")), resource("younger", 1, in("system"))
	for name, test := range map[string]struct {
		rival  Candidate
		reason string
	}{
		"an older one":                    {older, oauthv1alpha1.ReasonIdentifierConflict},
		"an older one without the host":   {resource("older", 0), ""},
		"a younger one":                   {resource("youngest", 2, in("system")), ""},
		"an older one of another name":    {resource("older", 0, in("system"), called("https://mcp.example.com/tickets2")), ""},
		"an older one that is on its way": {resource("older", 0, in("system"), leaving), ""},
	} {
		t.Run(name, func(t *testing.T) {
			i := inputs()
			i.Claimants = []Candidate{younger, test.rival}
			d := Decide(younger, i)
			if (d.Refusal == nil) != (test.reason == "") || d.Refusal != nil && d.Refusal.Reason != test.reason {
				t.Errorf("%+v", d.Refusal)
			}
		})
	}
}

func leaving(r *oauthv1alpha1.OAuthResource) { r.DeletionTimestamp = &metav1.Time{Time: noon} }

func nth(older int, c Candidate) Candidate { c.Older = older; return c }

// Who else has an identifier is not told to other tenants.
func TestConflictTellsNothing(t *testing.T) {
	i := inputs(policy("*"))
	i.Claimants = []Candidate{resource("older", 0)}
	d := Decide(resource("younger", 1, in("other")), i)
	if d.Refusal == nil || d.Refusal.Reason != oauthv1alpha1.ReasonIdentifierConflict || strings.Contains(d.Refusal.Message, "support") {
		t.Errorf("%+v", d.Refusal)
	}
}

// The server finds what the operator says.
func TestAllAgreesWithDecide(t *testing.T) {
	i := inputs(policy("*.example.com"))
	i.Claimants = []Candidate{
		resource("c", 2, in("c")), resource("a", 0, in("a"), func(r *oauthv1alpha1.OAuthResource) { r.Spec.Scopes[0].Name = "read" }), resource("b", 1, in("b")),
		resource("d", 3, in("d"), called("d.api")), resource("e", 4, in("e"), called("d.api")),
	}
	var accepted []string
	for _, r := range All(i.Claimants, i.Servers[0], i) {
		if !r.Refused {
			accepted = append(accepted, r.Name)
		}
	}
	slices.Sort(accepted)
	var decided []string
	for _, c := range byAge(i.Claimants) {
		if Decide(c, i).Refusal == nil {
			decided = append(decided, c.Resource.Name)
		}
	}
	if got, want := strings.Join(accepted, " "), "b d"; got != want || strings.Join(decided, " ") != want {
		t.Errorf("the server has %s, the operator accepts %s", got, decided)
	}
}

// While a resource exists that is refused, its identifier is nobody's. What a namespace could
// never have, it cannot take away.
func TestRefusedResourcesStay(t *testing.T) {
	for name, test := range map[string]struct {
		candidate Candidate
		inputs    Inputs
		refused   bool
	}{
		"no policy":                {resource("a", 0), inputs(), false},
		"being deleted":            {resource("a", 0, leaving), inputs(policy("*")), true},
		"a scope of the catalogue": {resource("a", 0, called("support.a"), func(r *oauthv1alpha1.OAuthResource) { r.Spec.Scopes[0].Name = "read" }), inputs(), true},
		"a namespace that is not taken": {resource("a", 0), inputs(policy("*"), func(s *oauthv1alpha1.OAuthServer, _ *Inputs) {
			s.Spec.ClientNamespaces = oauthv1alpha1.ClientNamespaces{}
		}), true},
		"a name of another namespace": {resource("a", 0, called("payroll.a")), inputs(), false},
		"an audience, from a namespace that is not taken": {resource("a", 0, called("https://payroll.example.com")), inputs(func(s *oauthv1alpha1.OAuthServer, _ *Inputs) {
			s.Spec.ClientNamespaces = oauthv1alpha1.ClientNamespaces{}
		}), false},
		"of another server": {resource("a", 0, func(r *oauthv1alpha1.OAuthResource) { r.Spec.ServerRef = &oauthv1alpha1.ServerReference{Name: "x"} }), inputs(), false},
	} {
		t.Run(name, func(t *testing.T) {
			all := All([]Candidate{test.candidate}, test.inputs.Servers[0], test.inputs)
			r := all[string(test.candidate.Resource.Spec.Identifier)]
			if (r != nil && r.Refused) != test.refused || r != nil && !r.Refused {
				t.Errorf("%+v", r)
			}
		})
	}
}

// TestConflictNamesTheHolder: in whatever order claimants come, the message names the one that
// has the identifier.
func TestConflictNamesTheHolder(t *testing.T) {
	holder, between, last := resource("holder", 0, in("system")), resource("between", 1, in("system")), resource("last", 2, in("system"))
	for _, claimants := range [][]Candidate{{holder, between, last}, {last, between, holder}, {between, holder, last}} {
		i := inputs()
		i.Claimants = claimants
		if d := Decide(last, i); d.Refusal == nil || !strings.Contains(d.Refusal.Message, `"holder"`) {
			t.Errorf("got %+v", d.Refusal)
		}
	}
}
