package lookup

import (
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/clients"
)

// other is a source that has every client.
type other struct{ asked []string }

func (o *other) Client(id string) (*clients.Client, error) {
	o.asked = append(o.asked, id)
	return clients.New(clientspec.Client{ID: id, Name: "other"}), nil
}

func TestAnOAuthClientAlwaysWins(t *testing.T) {
	suspended := oauthClient("shop", "suspended", "shop.suspended", time.Hour)
	suspended.Spec.Suspend = true
	elsewhere := oauthClient("shop", "elsewhere", "shop.elsewhere", time.Hour)
	elsewhere.Spec.ServerRef = &oauthv1alpha1.ServerReference{Name: "another"}
	const document, foreign = "https://agent.example/client.json", "https://agent.example/other.json"
	refused := oauthClient("system", "refused", document, time.Hour)
	refused.Spec.Scopes = []oauthv1alpha1.Scope{"unknown"}
	r, _ := registry(t, *oauthClient("shop", "notes", "shop.notes", time.Hour), *suspended, *elsewhere, *refused, *oauthClient("evil", "document", foreign, time.Hour),
		*oauthClient("evil", "notes", "nobody.notes", time.Hour))
	others := &other{}
	chain := &Chain{Registry: r, Others: []Source{others}}
	for id, want := range map[string]string{
		"shop.notes": "notes", "shop.suspended": "", "shop.elsewhere": "other", "nobody.notes": "other", "shop.nobody": "other", document: "", foreign: "other",
	} {
		client, err := chain.Client(id)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if client != nil {
			got = client.Name()
		}
		if got != want {
			t.Errorf("%s is %q, not %q", id, got, want)
		}
	}
	if len(others.asked) != 4 {
		t.Errorf("the other source was asked for %q", others.asked)
	}
	chain.Others = nil
	if client, err := chain.Client("shop.nobody"); client != nil || err != nil {
		t.Errorf("without other sources: %v, %v", client, err)
	}
}
