package sweeper

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientid"
)

// Clients that registered without a token have no OAuthClient. What users allowed them stays for
// as long as a server of the namespace has such clients that could have got it.
func TestSessionsOfClientsThatRegistered(t *testing.T) {
	const id = "gdr_AAAA"
	sealed := func(notBefore time.Duration) *oauthv1alpha1.ServerRegistration {
		r := &oauthv1alpha1.ServerRegistration{Anonymous: oauthv1alpha1.AnonymousRegistration{Mode: oauthv1alpha1.AnonymousRegistrationSealed}}
		if notBefore != 0 {
			at := metav1.NewTime(time.Now().Add(notBefore))
			r.Anonymous.NotBefore = &at
		}
		return r
	}
	tests := map[string]struct {
		registration *oauthv1alpha1.ServerRegistration
		stay         bool
	}{
		"clients register":                {sealed(0), true},
		"older clients ended before":      {sealed(-3 * time.Hour), true},
		"older clients have ended":        {sealed(-time.Minute), false},
		"none register":                   {&oauthv1alpha1.ServerRegistration{}, false},
		"nothing is said of registration": {nil, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			p.server.Spec.Registration = test.registration
			if err := p.Update(t.Context(), p.server); err != nil {
				t.Fatal(err)
			}
			objects := p.sessions(-2 * time.Hour)
			grant, _ := objects["Grant"].(*sessionv1alpha1.Grant)
			mark, _ := objects["Mark"].(*sessionv1alpha1.Mark)
			grant.Spec.IssuedAt.Time = time.Now().Add(-time.Hour)
			uid := string(clientid.OfRegistration(id))
			grant.Spec.Client, grant.Spec.ClientUID = id, uid
			mark.Spec.ClientUID = uid
			p.create(t, grant)
			p.create(t, mark)
			sweep(t, newSweeper(t))
			if p.has(t, grant) != test.stay || !p.has(t, mark) {
				t.Errorf("the Grant is there: %v, the Mark: %v", p.has(t, grant), p.has(t, mark))
			}
		})
	}
}

// Clients with a metadata document have no OAuthClient. What users allowed them stays for as
// long as a server of the namespace accepts them.
func TestSessionsOfClientsWithADocument(t *testing.T) {
	const id = "https://editor.example/oauth/client"
	accepts := func(host string, others oauthv1alpha1.DocumentsOfOthers) *oauthv1alpha1.ServerClientMetadataDocuments {
		return &oauthv1alpha1.ServerClientMetadataDocuments{Hosts: []oauthv1alpha1.DocumentHost{oauthv1alpha1.DocumentHost(host)}, Others: others}
	}
	tests := map[string]struct {
		documents *oauthv1alpha1.ServerClientMetadataDocuments
		stay      bool
	}{
		"the host is named":      {accepts("editor.example", ""), true},
		"by a star":              {accepts("*.example", ""), true},
		"another host is":        {accepts("app.example", ""), false},
		"all hosts are accepted": {accepts("app.example", oauthv1alpha1.DocumentsOfOthersAfterSignIn), true},
		"no documents are":       {nil, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t)
			p.server.Spec.ClientMetadataDocuments = test.documents
			if err := p.Update(t.Context(), p.server); err != nil {
				t.Fatal(err)
			}
			objects := p.sessions(-2 * time.Hour)
			grant, _ := objects["Grant"].(*sessionv1alpha1.Grant)
			consent, _ := objects["Consent"].(*sessionv1alpha1.Consent)
			mark, _ := objects["Mark"].(*sessionv1alpha1.Mark)
			grant.Spec.IssuedAt.Time = time.Now().Add(-time.Hour)
			uid := string(clientid.OfDocument(id))
			grant.Spec.Client, grant.Spec.ClientUID = id, uid
			consent.Spec.Client, consent.Spec.ClientUID = id, uid
			mark.Spec.ClientUID = uid
			for _, object := range []client.Object{grant, consent, mark} {
				p.create(t, object)
			}
			sweep(t, newSweeper(t))
			if p.has(t, grant) != test.stay || p.has(t, consent) != test.stay {
				t.Errorf("the Grant is there: %v, the Consent: %v", p.has(t, grant), p.has(t, consent))
			}
			if !p.has(t, mark) {
				t.Error("the Mark does not name its client, so it should stay until it ends")
			}
			// The user still counts.
			p.remove(t, p.user)
			sweep(t, newSweeper(t))
			if p.has(t, grant) || p.has(t, consent) {
				t.Error("the user is gone, and the Grant or the Consent is still there")
			}
		})
	}
}
