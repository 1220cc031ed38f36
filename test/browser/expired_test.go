package browser

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// It is over before all that is parallel, because what it shortens is the server's.
func TestAPageExpires(t *testing.T) {
	p := newParty(t)
	const lifetime = time.Second
	former := setPageLifetime(t, metav1.Duration{Duration: lifetime})
	defer awaitLife(t, p, lifetime)
	defer setPageLifetime(t, former)
	var expired struct{ Old, Again screen }
	play(t, "expired", p.input(nil), &expired)
	if s := expired.Old; s.Status != http.StatusBadRequest || s.AsksPassword || !strings.Contains(s.Text, "expired") {
		t.Errorf("an old page: %+v", s)
	}
	if !expired.Again.AsksPassword {
		t.Errorf("beginning again: %+v", expired.Again)
	}
}

// setPageLifetime sets how long pages live and returns how long they did.
func setPageLifetime(t *testing.T, lifetime metav1.Duration) (former metav1.Duration) {
	t.Helper()
	before := grantor(t).ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Login.PageLifetime = &lifetime })
	return *before.Spec.Login.PageLifetime
}

// awaitLife waits until the server makes pages that live for longer.
func awaitLife(t *testing.T, p *party, lifetime time.Duration) {
	t.Helper()
	v := installation.NewVisitor(http.DefaultTransport, p.Issuer)
	var opened time.Time
	page := ""
	installation.Eventually(t, 15*time.Second, func() bool {
		if page != "" && time.Since(opened) <= lifetime {
			return false
		}
		if page != "" && v.Get(t, page).Status == http.StatusOK {
			return true
		}
		form, _ := v.Get(t, p.request("life", nil)).LoginForm()
		opened, page = time.Now(), p.Issuer+"/login?"+url.Values{"flow": form.Values["flow"]}.Encode()
		return false
	}, func() string { return "page that lives for long" })
}
