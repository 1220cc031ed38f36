package lifecycle

import (
	"bytes"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
	"github.com/grantor-dev/grantor/test/installation"
)

// odd is a strange value of a field, which the API server accepts.
type odd struct {
	set func(*oauthv1alpha1.OAuthClient)
	// reason is why the client is not ready with it; empty if it is.
	reason string
	// another says that the client secret is another one afterwards, because the value
	// asked for that.
	another bool
}

// oddities are the odd values of each field of a client's spec, by the field's name in
// JSON and a word. clientID and serverRef cannot change at all.
var oddities = map[string]map[string]odd{
	"displayName": {"long": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.DisplayName = strings.Repeat("\u00e9", 128) }}},
	"clientURI":   {"odd": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.ClientURI = "http://127.0.0.1:1/?#" }}},
	"startPage": {
		"hidden": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.StartPage = oauthv1alpha1.StartPageHide }},
		"shown": {set: func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.StartPage, c.Spec.ClientURI = oauthv1alpha1.StartPageShow, "https://a"
		}, reason: oauthv1alpha1.ReasonStartPageNotAllowed},
	},
	"logoURI":   {"odd": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.LogoURI = "https://[::1]" }}},
	"policyURI": {"odd": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.PolicyURI = "https://a" }}},
	"tosURI":    {"odd": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.TOSURI = "https://a?" }}},
	"contacts":  {"odd": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.Contacts = []string{"+"} }}},
	"grantTypes": {"service": {set: func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes, c.Spec.RedirectURIs = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantClientCredentials}, nil
	}}},
	"redirectURIs": {"private": {set: func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{"com.example:/x", "http://[::1]:1/"}
	}}},
	"redirectURIsFrom": {"nothing": {set: func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RedirectURIsFrom = []oauthv1alpha1.RedirectSource{{Kind: "HTTPRoute", Name: "a.b", Path: "/"}}
	}}},
	"postLogoutRedirectURIs": {"odd": {set: func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.PostLogoutRedirectURIs = []oauthv1alpha1.RedirectURI{"https://a"}
	}}},
	"allowedOrigins": {"odd": {set: func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.AllowedOrigins = []oauthv1alpha1.Origin{"http://127.0.0.1:1"}
	}}},
	"pkce": {
		"optional": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.PKCE = oauthv1alpha1.PKCEOptional }},
		"required": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.PKCE = oauthv1alpha1.PKCERequired }},
	},
	"pushedAuthorization": {"required": {set: func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.PushedAuthorization = oauthv1alpha1.PushedAuthorizationRequired
	}}},
	"signedRequests": {"required": {set: func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RequestObject = requestKeys("https://a.example/")
		c.Spec.SignedRequests = oauthv1alpha1.SignedRequestsRequired
	}}},
	"requestObject": {
		"elsewhere": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.RequestObject = requestKeys("https://a.example/") }},
		"unusable": {set: func(c *oauthv1alpha1.OAuthClient) {
			point := strings.Repeat("A", 43)
			c.Spec.RequestObject = &oauthv1alpha1.ClientRequestObject{JWKS: &oauthv1alpha1.JSONWebKeySet{Keys: []oauthv1alpha1.JSONWebKey{
				{KeyType: oauthv1alpha1.KeyTypeEC, Curve: "P-256", X: point, Y: point},
			}}}
		}, reason: oauthv1alpha1.ReasonKeyNotUsable},
	},
	"deviceAuthorization": {"omit": {set: func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = append(c.Spec.GrantTypes, oauthv1alpha1.GrantDeviceCode)
		c.Spec.DeviceAuthorization = &oauthv1alpha1.DeviceAuthorization{CompleteURI: oauthv1alpha1.CompleteURIOmit}
	}}},
	"tokenExchange": {
		"anybody": {set: exchanging(oauthv1alpha1.TokenExchangeSubject{Clients: []oauthv1alpha1.SubjectClientPattern{"*"}})},
		"nobody":  {set: exchanging(oauthv1alpha1.TokenExchangeSubject{ServiceAccounts: &oauthv1alpha1.SubjectServiceAccounts{Names: []string{"a.b"}}})},
		"elsewhere": {
			set:    exchanging(oauthv1alpha1.TokenExchangeSubject{Federated: &oauthv1alpha1.FederatedIdentity{Issuer: "a.b", Subject: "a"}}),
			reason: oauthv1alpha1.ReasonTrustedIssuerNotFound,
		},
	},
	"consent": {"skip": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.Consent = oauthv1alpha1.ConsentSkip }, reason: oauthv1alpha1.ReasonConsentNotAllowed}},
	"login": {
		"nowhere": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.Login.Providers = []string{"missing"} }},
		"strict": {set: func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Login.MinimumAssurance = oauthv1alpha1.AssuranceSecondFactor
		}},
	},
	"access": {"nobody": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.Access.Groups = []string{"nobody"} }}},
	"claims": {"odd": {set: func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Claims = []oauthv1alpha1.ClaimMapping{{Name: "x", From: "email"}}
	}}},
	"scopes": {
		"none":    {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = nil }},
		"unknown": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.Scopes = []oauthv1alpha1.Scope{"!"} }, reason: oauthv1alpha1.ReasonScopeNotAllowed},
	},
	"audiences": {"own": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.Audiences = []oauthv1alpha1.Audience{"*"} }}},
	"authentication": {
		"post":  {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationPost }},
		"exact": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.Authentication.ExactMethod = true }},
		"none": {set: func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationNone
			c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode}
		}, another: true},
		"accounts": {set: func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationPrivateKeyJWT
			c.Spec.Authentication.ServiceAccounts = []oauthv1alpha1.ServiceAccountReference{{Name: "a.b"}}
		}, another: true},
		"elsewhere": {set: func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationPrivateKeyJWT
			c.Spec.Authentication.Federated = []oauthv1alpha1.FederatedIdentity{{Issuer: "a.b", Subject: "a"}}
		}, reason: oauthv1alpha1.ReasonTrustedIssuerNotFound},
	},
	"secret": {
		"name": {set: secretName("a.b")},
		"keys": {set: func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Secret.Keys.ClientSecret, c.Spec.Secret.Keys.ClientID = "client_id", "type"
		}},
		"retain":    {set: retain},
		"overlap":   {set: requestRotationOverlapOf(0)},
		"requested": {set: requestRotation(time.Now(), time.Hour), another: true},
		"future":    {set: requestRotation(time.Now().Add(720*time.Hour), time.Hour)},
		"interval":  {set: rotateEvery(8760*time.Hour, time.Second)},
		"from":      {set: given, another: true},
		"nothing": {set: func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Secret.From = &oauthv1alpha1.SecretSource{Name: "missing", Key: "x"}
		}, reason: oauthv1alpha1.ReasonSourceNotFound},
		"short": {set: func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Secret.From = &oauthv1alpha1.SecretSource{Name: "short", Key: "client_secret"}
		}, reason: oauthv1alpha1.ReasonSourceRefused},
		"template": {set: template(oauthv1alpha1.SecretTemplate{
			Data:     texts{"type": "{{ .clientSecret }}", "A": "{{ .clientSecret }}"},
			Metadata: oauthv1alpha1.SecretTemplateMetadata{Labels: labels{"a": ""}, Annotations: annotations{"a": "\n"}},
		})},
		"bad template": {set: template(oauthv1alpha1.SecretTemplate{Data: texts{"A": "{{ x }}"}}), reason: oauthv1alpha1.ReasonTemplateRefused},
	},
	"subjectType": {"pairwise": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.SubjectType = oauthv1alpha1.SubjectPairwise }}},
	"logout": {"odd": {set: func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Logout.BackchannelURI = "http://a.b.svc:1/?x"
	}}},
	"tokens": {"opaque-bound": {set: func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Tokens.AccessToken.Format, c.Spec.Tokens.AccessToken.Binding = oauthv1alpha1.AccessTokenOpaque, oauthv1alpha1.AccessTokenBindingDPoP
	}}},
	"suspend":           {"suspended": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.Suspend = true }, reason: oauthv1alpha1.ReasonSuspended}},
	"sessionsNotBefore": {"past": {set: func(c *oauthv1alpha1.OAuthClient) { c.Spec.SessionsNotBefore = &metav1.Time{Time: time.Unix(1, 0)} }}},
}

func exchanging(subject oauthv1alpha1.TokenExchangeSubject) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = append(c.Spec.GrantTypes, oauthv1alpha1.GrantTokenExchange)
		c.Spec.TokenExchange = &oauthv1alpha1.ClientTokenExchange{Subjects: []oauthv1alpha1.TokenExchangeSubject{subject}}
	}
}

func requestKeys(at oauthv1alpha1.JWKSURI) *oauthv1alpha1.ClientRequestObject {
	return &oauthv1alpha1.ClientRequestObject{JWKSURI: at}
}

// A client that had any odd value and lost it is what it was before: one Secret, with
// the same data, its digests authentic, and nothing left of the value.
func TestEveryFieldOfAClientComesBack(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	ns := namespace(t)
	source(t, g, ns, credentials.Generate())
	plainSecret(t, g, ns, "short", func(s *corev1.Secret) { s.Data["client_secret"] = []byte("short") })
	spec := reflect.TypeFor[oauthv1alpha1.OAuthClientSpec]()
	for field := range spec.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if len(oddities[name]) == 0 && name != "clientID" && name != "serverRef" {
			t.Errorf("no odd value of spec.%s is tried", name)
		}
	}
	for field, values := range oddities {
		for word, o := range values {
			t.Run(field+" "+word, func(t *testing.T) {
				t.Parallel()
				comesBack(t, g, ns, strings.ToLower(field)+"-"+strings.ReplaceAll(word, " ", "-"), o)
			})
		}
	}
}

func comesBack(t *testing.T, g *installation.Installation, ns, name string, o odd) {
	c := g.Create(t, installation.Application(ns, name, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode, oauthv1alpha1.GrantClientCredentials}
	}))
	first, spec, before := value(t, g, c), c.Spec, g.Secret(t, c)
	edit(t, g, c, o.set)
	switch o.reason {
	case "":
		c = ready(t, g, c)
	default:
		g.AwaitCondition(t, c, oauthv1alpha1.ConditionReady, metav1.ConditionFalse, o.reason)
	}
	if strings.HasSuffix(name, "requested") {
		otherValue(t, g, c, first)
		ready(t, g, c)
	}
	edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) { c.Spec = *spec.DeepCopy() })
	c = ready(t, g, c)
	after := g.Secret(t, c)
	now := string(after.Data["client_secret"])
	remember([]byte(now))
	if (now != first) != o.another {
		t.Errorf("another client secret: %t", now != first)
	}
	if !maps.EqualFunc(masked(before), masked(after), bytes.Equal) || !maps.Equal(before.Labels, after.Labels) ||
		!maps.Equal(before.Annotations, after.Annotations) || before.Type != after.Type || !equalJSON(before.OwnerReferences, after.OwnerReferences) {
		t.Errorf("the Secret was %v with %v and is %v with %v", before.Labels, before.Annotations, after.Labels, after.Annotations)
	}
	if c.Status.ClientID != ns+"."+name || c.Status.SecretName != before.Name || c.Status.NextRotation != nil || len(kstatus(c)) > 0 {
		t.Errorf("the status is %+v", c.Status)
	}
	if n := len(c.Status.Credentials); n == 0 || n > 2 || c.Status.Credentials[0].ExpiresAt != nil {
		t.Errorf("the digests are %+v", c.Status.Credentials)
	}
	own := &corev1.SecretList{}
	if err := g.Admin.List(t.Context(), own, client.InNamespace(ns), client.MatchingLabels{oauthv1alpha1.LabelClientUID: string(c.UID)}); err != nil || len(own.Items) != 1 {
		t.Errorf("the client has %d Secrets: %v", len(own.Items), err)
	}
	authenticates(t, g, c, now, endToEnd)
}

// masked returns the data of a Secret without the values that hold the client secret.
func masked(s *corev1.Secret) map[string][]byte {
	out := maps.Clone(s.Data)
	out["client_secret"], out["client-secret"] = nil, nil
	return out
}
