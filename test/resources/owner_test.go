package resources

import (
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// Other spellings of an identifier do not exist.
func TestSpellingsOfIdentifiers(t *testing.T) {
	g, ns := shared.Grantor(t), shared.Namespace(t)
	allow(t, ns, "{namespace}.example")
	for _, identifier := range []string{
		"HTTPS://" + ns + ".example/t", "https://" + strings.ToUpper(ns) + ".example/t", "https://" + ns + ".example/t/", "https://" + ns + ".example/",
		"https://" + ns + ".example:443/t", "https://" + ns + ".example/%74", "https://" + ns + ".example/a/../t", "https://" + ns + ".example/./t",
		"https://" + ns + ".example//t", "https://" + ns + ".example/t?x", "https://" + ns + ".example/t#x", "https://u@" + ns + ".example/t",
		"https://" + ns + ".ex\u0430mple/t", "https://" + ns + ".example./t", "https://" + ns + ".example\u3002evil/t", "http://" + ns + ".example/t",
		"https://[::1]/t", "https://localhost/t", ns, ns + ".", "." + ns, ns + ".a b", ns + ".t\u00e4", "*", "",
	} {
		r := &oauthv1alpha1.OAuthResource{
			ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "r"},
			Spec:       oauthv1alpha1.OAuthResourceSpec{Identifier: oauthv1alpha1.ResourceIdentifier(identifier)},
		}
		if err := g.Admin.Create(t.Context(), r, client.DryRunAll); !apierrors.IsInvalid(err) {
			t.Errorf("%q: %v", identifier, err)
		}
	}
	r := resource(t, ns, "r", "https://"+ns+".example/Tickets-2/v1.0_x~y")
	accepted(t, r)
	r.Spec.Identifier = "https://" + oauthv1alpha1.ResourceIdentifier(ns) + ".example/other"
	if err := g.Admin.Update(t.Context(), r); !apierrors.IsInvalid(err) && !apierrors.IsConflict(err) {
		t.Errorf("an identifier can be changed: %v", err)
	}
}

// Names belong to the namespace with which they begin, and hosts to whom a policy says.
func TestIdentifiersByNameAndPolicy(t *testing.T) {
	ns, other := shared.Namespace(t), shared.Namespace(t)
	accepted(t, resource(t, ns, "own", ns+".tickets"))
	older := resource(t, ns, "older", ns+".same")
	older = accepted(t, older)
	installation.Eventually(t, within, func() bool { return time.Now().After(older.CreationTimestamp.Add(time.Second)) }, func() string { return "next second" })
	younger := resource(t, ns, "younger", ns+".same")
	refused(t, younger, oauthv1alpha1.ReasonIdentifierConflict)
	remove(t, older)
	accepted(t, younger)
	refused(t, resource(t, other, "foreign", ns+".foreign"), oauthv1alpha1.ReasonIdentifierNotAllowed)

	one, two := "https://one."+ns+".example", "https://two."+ns+".example"
	wanted := resource(t, ns, "one", one)
	refused(t, wanted, oauthv1alpha1.ReasonHostNotOwned)
	policy := allow(t, ns, "one.{namespace}.example")
	accepted(t, wanted)
	refused(t, resource(t, ns, "two", two), oauthv1alpha1.ReasonHostNotOwned)
	remove(t, policy)
	refused(t, wanted, oauthv1alpha1.ReasonHostNotOwned)
}
