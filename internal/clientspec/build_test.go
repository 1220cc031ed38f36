package clientspec

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// client returns client app of namespace team, with changes.
func client(changes ...func(*oauthv1alpha1.OAuthClient)) *oauthv1alpha1.OAuthClient {
	c := &oauthv1alpha1.OAuthClient{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "app", UID: "uid-app", CreationTimestamp: metav1.NewTime(start)},
		Spec: oauthv1alpha1.OAuthClientSpec{
			GrantTypes:     []oauthv1alpha1.GrantType{oauthv1alpha1.GrantClientCredentials},
			Authentication: oauthv1alpha1.ClientAuthentication{Method: oauthv1alpha1.AuthenticationBasic},
		},
	}
	for _, change := range changes {
		change(c)
	}
	return c
}

// candidate returns a client of a namespace without labels.
func candidate(changes ...func(*oauthv1alpha1.OAuthClient)) Candidate {
	return Candidate{Client: client(changes...)}
}

// server returns the default server system/default, which takes clients from
// everywhere, with changes.
func server(changes ...func(*oauthv1alpha1.OAuthServer)) *oauthv1alpha1.OAuthServer {
	s := &oauthv1alpha1.OAuthServer{
		ObjectMeta: metav1.ObjectMeta{Namespace: "system", Name: "default", UID: "uid-default", CreationTimestamp: metav1.NewTime(start)},
		Spec: oauthv1alpha1.OAuthServerSpec{
			Issuer:           "https://id.example",
			Default:          true,
			ClientNamespaces: oauthv1alpha1.ClientNamespaces{From: oauthv1alpha1.NamespacesFromAll},
			Scopes:           []oauthv1alpha1.ScopeDefinition{{Name: "read"}, {Name: "write"}, {Name: "admin", Restricted: true}},
			Audiences:        []oauthv1alpha1.AudienceDefinition{{Name: "https://api.example"}, {Name: "https://payroll.example", Restricted: true}, {Name: "team.ledger", Restricted: true}},
		},
	}
	for _, change := range changes {
		change(s)
	}
	return s
}

func in(namespace, name string) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Namespace, c.Name, c.UID = namespace, name, types.UID("uid-"+namespace+"-"+name)
	}
}

func withID(id string) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.ClientID = id }
}

func withUID(uid string) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) { c.UID = types.UID(uid) }
}

func created(after time.Duration) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) { c.CreationTimestamp = metav1.NewTime(start.Add(after)) }
}

func withScopes(scopes ...oauthv1alpha1.Scope) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = scopes }
}

// allAudiences adds "*" to the server's catalogue.
func allAudiences(s *oauthv1alpha1.OAuthServer) {
	s.Spec.Audiences = append(s.Spec.Audiences, oauthv1alpha1.AudienceDefinition{Name: "*"})
}

func withAudiences(audiences ...oauthv1alpha1.Audience) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.Audiences = audiences }
}

func on(namespace, name string) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.ServerRef = &oauthv1alpha1.ServerReference{Namespace: namespace, Name: name}
	}
}

func boundTo(namespace, name string) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Status.ServerRef = &oauthv1alpha1.ServerReference{Namespace: namespace, Name: name}
	}
}

func suspended(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = true }

func goingAway(c *oauthv1alpha1.OAuthClient) { c.DeletionTimestamp = &metav1.Time{Time: start} }

func named(namespace, name string) func(*oauthv1alpha1.OAuthServer) {
	return func(s *oauthv1alpha1.OAuthServer) {
		s.Namespace, s.Name, s.UID = namespace, name, types.UID("uid-"+namespace+"-"+name)
	}
}

func notDefault(s *oauthv1alpha1.OAuthServer) { s.Spec.Default = false }

func serverGoingAway(s *oauthv1alpha1.OAuthServer) { s.DeletionTimestamp = &metav1.Time{Time: start} }

func serverCreated(after time.Duration) func(*oauthv1alpha1.OAuthServer) {
	return func(s *oauthv1alpha1.OAuthServer) { s.CreationTimestamp = metav1.NewTime(start.Add(after)) }
}

func takesFrom(from oauthv1alpha1.NamespacesFrom, selector *metav1.LabelSelector) func(*oauthv1alpha1.OAuthServer) {
	return func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.ClientNamespaces = oauthv1alpha1.ClientNamespaces{From: from, Selector: selector}
	}
}

func servers(s ...*oauthv1alpha1.OAuthServer) []*oauthv1alpha1.OAuthServer { return s }

func withConsent(mode oauthv1alpha1.ConsentMode) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) { c.Spec.Consent = mode }
}

// decide is Decide without policies.
func decide(c Candidate, s []*oauthv1alpha1.OAuthServer, claimants []Candidate) Decision {
	return Decide(c, Inputs{Servers: s, Claimants: KnownClaimants(claimants...)})
}
