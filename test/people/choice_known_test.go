package people

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// signInAs fills in the login page of a replica in a browser, and returns the status; 303
// for success.
func signInAs(t testing.TB, v *installation.Visitor, replica, username, password string) int {
	t.Helper()
	return signInFrom(t, v, replica, username, password, "")
}

// signInFrom does so through a proxy that says where the request comes from, "" without
// one. A replica whose queue is full is asked again.
func signInFrom(t testing.TB, v *installation.Visitor, replica, username, password, from string) int {
	t.Helper()
	form, ok := v.Get(t, replica+"/login").LoginForm()
	if !ok {
		t.Fatal("no login form")
	}
	request := postForm(t, replica+"/login", form.Values, map[string]string{"username": username, "password": password})
	if from != "" {
		request.Header.Set("X-Forwarded-For", from)
	}
	status := http.StatusServiceUnavailable
	for status == http.StatusServiceUnavailable {
		again := request.Clone(t.Context())
		again.Body, _ = request.GetBody()
		status = v.Send(t, again).Status
	}
	return status
}

// TestKnownBrowserSignsInWhileAStrangerPolls: at any replica, also at one that started
// since and when the user has signed out; the stranger has the same address.
func TestKnownBrowserSignsInWhileAStrangerPolls(t *testing.T) {
	t.Parallel()
	person := newPerson(t)
	name, right := person.Spec.Username, person.Spec.Username+"-password"
	first := another(t).Options().URL
	browser := installation.NewVisitor(http.DefaultTransport, first)
	if status := signInAs(t, browser, first, name, right); status != http.StatusSeeOther {
		t.Fatalf("the first time is answered %d", status)
	}
	polled := func(replica string) {
		t.Helper()
		for n := range 20 {
			stranger := installation.NewVisitor(http.DefaultTransport, replica)
			if signInAs(t, stranger, replica, name, fmt.Sprint("wrong", n)) == http.StatusTooManyRequests {
				return
			}
		}
		t.Fatal("nobody stops who guesses")
	}
	second := another(t).Options().URL
	for _, replica := range []string{first, second} {
		polled(replica)
		if status := signInAs(t, installation.NewVisitor(http.DefaultTransport, replica), replica, name, right); status != http.StatusTooManyRequests {
			t.Errorf("a browser that is not known is answered %d", status)
		}
		if status := signInAs(t, browser, replica, name, right); status != http.StatusSeeOther {
			t.Errorf("the known browser is answered %d at %s", status, replica)
		}
	}
	// It is known for one user only.
	other := newPerson(t)
	for range 11 {
		signInAs(t, browser, second, other.Spec.Username, "wrong")
	}
	if status := signInAs(t, browser, second, other.Spec.Username, other.Spec.Username+"-password"); status != http.StatusTooManyRequests {
		t.Errorf("another user in that browser is answered %d", status)
	}
	// Ending the user's sessions ends what browsers are known for.
	change(t, person, func(u *oauthv1alpha1.OAuthUser) {
		u.Spec.SessionsNotBefore = &metav1.Time{Time: time.Now().Add(time.Minute)}
	})
	installation.Eventually(t, 10*time.Second, func() bool {
		return signInAs(t, browser, second, name, "wrong") == http.StatusTooManyRequests
	}, func() string { return "a browser that is not known any more" })
}
