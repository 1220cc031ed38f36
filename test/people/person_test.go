package people

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// newPerson creates a user whose password is the username and "-password", and waits
// until every replica lets that person in.
func newPerson(t testing.TB, changes ...func(*oauthv1alpha1.OAuthUser)) *oauthv1alpha1.OAuthUser {
	t.Helper()
	g := grantor(t)
	name := strings.ToLower(strings.NewReplacer("/", "-", "_", "-").Replace(t.Name())) + fmt.Sprint(time.Now().UnixNano())
	user := g.CreateUser(t, name, changes...)
	installation.Eventually(t, 20*time.Second, func() bool {
		if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(user), user); err != nil {
			t.Fatal(err)
		}
		return meta.IsStatusConditionTrue(user.Status.Conditions, oauthv1alpha1.ConditionReady)
	}, func() string { return fmt.Sprintf("user that is ready; it has %v", user.Status.Conditions) })
	for _, server := range g.Servers {
		awaitPassword(t, server.Options().URL, name)
	}
	return user
}

// awaitPassword tries less often than the limit of failed attempts allows.
func awaitPassword(t testing.TB, server, username string) {
	t.Helper()
	tries := 0
	// Each try counts as a wrong password, so there are few.
	for range 5 {
		v := visitor(t)
		view := v.Get(t, server+"/account")
		form, _ := view.LoginForm()
		request := postForm(t, server+"/login", form.Values, map[string]string{"username": username, "password": username + "-password"})
		if view = v.Send(t, request); view.Status < 400 {
			return
		}
		tries++
		time.Sleep(time.Second)
	}
	t.Fatalf("%s does not let %s in after %d tries", server, username, tries)
}

// change changes an object, whatever others do to it at the same time.
func change[T client.Object](t testing.TB, object T, how func(T)) {
	t.Helper()
	installation.Edit(t, grantor(t).Admin, object, how)
}
