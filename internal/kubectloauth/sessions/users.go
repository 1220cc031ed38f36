package sessions

import (
	"context"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
)

// user is an OAuthUser of a namespace, by one of its names.
type user struct{ namespace, name string }

// Users are the OAuthUsers that the caller may list.
type Users struct {
	subjects, names map[user]string
	// err is why there are none.
	err error
}

// Users reads the OAuthUsers. Callers who may not list them see subjects instead of names.
func (r Reader) Users(ctx context.Context) (Users, error) {
	u := Users{subjects: map[user]string{}, names: map[user]string{}}
	fresh := func() *oauthv1alpha1.OAuthUserList { return &oauthv1alpha1.OAuthUserList{} }
	err := cluster.Pages(ctx, r.Cluster, r.namespace(), fresh, func(page *oauthv1alpha1.OAuthUserList) {
		for i := range page.Items {
			o := &page.Items[i]
			u.subjects[user{o.Namespace, o.Name}] = o.Subject()
			u.names[user{o.Namespace, o.Subject()}] = o.Name
		}
	})
	if apierrors.IsForbidden(err) || apierrors.IsNotFound(err) {
		u.err = err
		return u, nil
	}
	if err != nil {
		return u, fmt.Errorf("list OAuthUsers: %w", err)
	}
	return u, nil
}

// Name returns the name of the OAuthUser of a session, or its subject.
func (u Users) Name(s Session) string {
	if name := u.names[user{s.Object.GetNamespace(), s.Subject}]; name != "" {
		return name
	}
	return s.Subject
}

// Are returns which sessions are those of a user, who is the name of an OAuthUser or, with a
// colon, a subject.
func (u Users) Are(who string) (func(Session) bool, error) {
	if who == "" {
		return func(Session) bool { return true }, nil
	}
	if strings.Contains(who, ":") {
		return func(s Session) bool { return s.Subject == who }, nil
	}
	subjects := map[string]string{}
	for key, subject := range u.subjects {
		if key.name == who {
			subjects[key.namespace] = subject
		}
	}
	switch {
	case u.err != nil:
		return nil, fmt.Errorf("the subject of OAuthUser %q cannot be read; name the subject itself, such as local:7ca4255d: %w", who, u.err)
	case len(subjects) == 0:
		return nil, fmt.Errorf("there is no OAuthUser %q; if it was deleted, name its subject, which kubectl oauth get logins shows", who)
	}
	return func(s Session) bool { return s.Subject != "" && subjects[s.Object.GetNamespace()] == s.Subject }, nil
}

// Alone refuses a name that OAuthUsers of several namespaces have, who can be several people.
func (u Users) Alone(who string) error {
	var found []string
	for key, subject := range u.subjects {
		if key.name == who {
			found = append(found, key.namespace+" ("+subject+")")
		}
	}
	if len(found) < 2 {
		return nil
	}
	slices.Sort(found)
	return fmt.Errorf("OAuthUser %q is in several namespaces, and can be several people: name one by namespace or subject: %s", who, strings.Join(found, ", "))
}
