package sealed

import (
	"fmt"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/registration"
)

const gancio = oauthv1alpha1.CompatibilityGancio

// registerBy registers a client by the paths of a system.
func (p *place) registerBy(t testing.TB, system oauthv1alpha1.CompatibilityProfile, text string) registration.Response {
	t.Helper()
	m, err := registration.Read([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	m.System = system
	response, err := p.registrar().Register(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func (p *place) registrar() *Registrar {
	s := p.source()
	return &Registrar{s.Issuer, s.Settings, s.Keys, s.Now}
}

func newGancio(t testing.TB) *place {
	p := newPlace(t)
	p.settings.Compatibility = []oauthv1alpha1.CompatibilityProfile{gancio}
	p.settings.Registration.Anonymous.Scopes = []string{"openid", "event:write"}
	return p
}

// Only a client of Gancio that has a secret and one address on the web does without PKCE.
func TestWhoDoesWithoutPKCE(t *testing.T) {
	for name, test := range map[string]struct {
		system oauthv1alpha1.CompatibilityProfile
		text   string
		want   oauthv1alpha1.PKCE
	}{
		"as Gancio's do":          {gancio, `{"redirect_uris":["https://app.example/cb"],"token_endpoint_auth_method":"client_secret_post"}`, oauthv1alpha1.PKCEOptional},
		"on the user's computer":  {gancio, `{"redirect_uris":["http://localhost/cb"],"token_endpoint_auth_method":"client_secret_post"}`, oauthv1alpha1.PKCERequired},
		"two addresses":           {gancio, `{"redirect_uris":["https://app.example/cb","https://app.example/other"]}`, oauthv1alpha1.PKCERequired},
		"without a secret":        {gancio, `{"redirect_uris":["https://app.example/cb"],"token_endpoint_auth_method":"none"}`, oauthv1alpha1.PKCERequired},
		"the standard's endpoint": {"", `{"redirect_uris":["https://app.example/cb"]}`, oauthv1alpha1.PKCERequired},
	} {
		p := newGancio(t)
		made := p.registerBy(t, test.system, test.text)
		client, err := p.source().Client(made.ClientID)
		if err != nil || client == nil || client.People().PKCE != test.want {
			t.Errorf("%s: %+v, %v", name, client, err)
		}
	}
}

// A client of a system has the scopes of that, and ends with it.
func TestClientsOfASystem(t *testing.T) {
	p := newGancio(t)
	const text = `{"redirect_uris":["https://app.example/cb"],"client_name":"App","client_uri":"https://app.example","token_endpoint_auth_method":"client_secret_post"}`
	theirs, ours := p.registerBy(t, gancio, text), p.registerBy(t, "", text)
	client, err := p.source().Client(theirs.ClientID)
	if err != nil || strings.Join(client.GetScopes(), " ") != "event:write" || strings.Join(theirs.Scopes, " ") != "event:write" || theirs.ClientURI != "https://app.example" {
		t.Errorf("it is %+v, %v", theirs, err)
	}
	if client.People().ClientURI != "" {
		t.Error("users are shown a link that nobody has verified")
	}
	if ours.ClientURI != "" || len(ours.Scopes) != 2 {
		t.Errorf("another is %+v", ours)
	}
	known := func(id string) bool {
		m, there, err := p.registrar().Registered(gancio, id)
		if err != nil || there && (m.Name != "App" || m.ClientURI != "https://app.example" || strings.Join(m.Scopes, " ") != "event:write") {
			t.Errorf("%+v, %v", m, err)
		}
		return there
	}
	if !known(theirs.ClientID) || known(ours.ClientID) || known("gdr_x") || known("") {
		t.Error("another client is one of Gancio, or none is")
	}
	p.settings.Compatibility = nil
	if p.has(t, theirs.ClientID) || known(theirs.ClientID) || !p.has(t, ours.ClientID) {
		t.Error("a client outlives its system, or another ends with it")
	}
	p.settings.Compatibility, p.settings.Registration.Anonymous = []oauthv1alpha1.CompatibilityProfile{gancio}, nil
	if p.has(t, theirs.ClientID) || known(theirs.ClientID) {
		t.Error("a client outlives registration without a token")
	}
}

// A website is sealed, too.
func TestALongWebsite(t *testing.T) {
	m, err := registration.Read([]byte(`{"redirect_uris":["https://app.example/cb"],"client_uri":"https://app.example/` + strings.Repeat("x", 500) + `"}`))
	if err != nil {
		t.Fatal(err)
	}
	m.System = gancio
	if _, err := newGancio(t).registrar().Register(t.Context(), m); err == nil || !strings.Contains(err.Error(), "website is") {
		t.Errorf("it is refused with %v", err)
	}
}

// A replica that knows nothing of systems reads version 1 only: to it, a client of a system is
// none, rather than one that may do more.
func TestAnotherVersionForClientsOfASystem(t *testing.T) {
	p := newGancio(t)
	set, err := p.registrar().Keys.Current()
	if err != nil {
		t.Fatal(err)
	}
	const text = `{"redirect_uris":["https://app.example/cb"]}`
	for system, want := range map[oauthv1alpha1.CompatibilityProfile]int{"": 1, gancio: 2} {
		id := p.registerBy(t, system, text).ClientID
		plain, err := set.Open(keys.PurposeClientID, p.registrar().Issuer(), id[len(clientid.SealedPrefix):])
		if err != nil || !strings.Contains(string(plain), fmt.Sprintf(`"v":%d`, want)) {
			t.Errorf("of %q: %s, %v", system, plain, err)
		}
		if c := open(set, p.registrar().Issuer(), id); c == nil || c.System != system {
			t.Errorf("of %q: %+v", system, c)
		}
	}
}
