package get

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cli"
	"github.com/grantor-dev/grantor/internal/kubectloauth/sessions"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func meta(name string) *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: "auth", Name: name, CreationTimestamp: metav1.NewTime(noon.Add(-time.Hour))}}
}

func TestRows(t *testing.T) {
	grant, login, consent, approval := meta("g1"), meta("l1"), meta("c1"), meta("a1")
	later, before := noon.Add(30*24*time.Hour), noon.Add(-time.Minute)
	for name, test := range map[string]struct {
		session sessions.Session
		wide    bool
		want    string
	}{
		"a Grant": {sessions.Session{Kind: sessions.Grants, Object: grant, Scope: "openid read", Login: "l1", Refreshes: 3, Subject: "local:1", Client: "shop.web", State: "Active", Expires: later}, false, `
NAME   USER      CLIENT     SCOPE         STATE    EXPIRES   AGE
g1     local:1   shop.web   openid read   Active   in 30d    60m
`},
		"a Grant, wide": {sessions.Session{Kind: sessions.Grants, Object: grant, Scope: "openid read", Login: "l1", Refreshes: 3, Subject: "local:1", Client: "shop.web", State: "Revoked", Expires: before}, true, `
NAME   USER      CLIENT     SCOPE         STATE     EXPIRES   AGE   REFRESHES   LOGIN   SUBJECT
g1     local:1   shop.web   openid read   Revoked   60s ago   60m   3           l1      local:1
`},
		"a Login": {sessions.Session{Kind: sessions.Logins, Object: login, Subject: "local:1", State: "Active", Expires: before}, false, `
NAME   USER      STATE     EXPIRES   AGE
l1     local:1   Expired   60s ago   60m
`},
		"a Consent, wide": {sessions.Session{Kind: sessions.Consents, Object: consent, Scope: "openid", Audiences: []string{"a", "b"}, Offline: true, Subject: "local:1", Client: "shop.web", State: "Granted", Expires: later}, true, `
NAME   USER      CLIENT     SCOPE    STATE     EXPIRES   AGE   AUDIENCES   OFFLINE   SUBJECT
c1     local:1   shop.web   openid   Granted   in 30d    60m   a b         true      local:1
`},
		"an Approval, wide": {sessions.Session{Kind: sessions.Approvals, Object: approval, Grant: "g2", Subject: "local:1", State: "Claimed", Expires: later}, true, `
NAME   USER      CLIENT   STATE     EXPIRES   AGE   GRANT   SUBJECT
a1     local:1   -        Claimed   in 30d    60m   g2      local:1
`},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if err := cli.Table(&out, rows(test.session.Kind, []sessions.Session{test.session}, layout{wide: test.wide, now: noon})); err != nil {
				t.Fatal(err)
			}
			if out.String() != strings.TrimPrefix(test.want, "\n") {
				t.Errorf("the table is\n%s", out.String())
			}
		})
	}
}
