package sweeper

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/sweeper/owners"
	"github.com/grantor-dev/grantor/internal/clientid"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func in(namespace, name string, uid types.UID) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: namespace, Name: name, UID: uid}
}

// servers are two in one namespace and one in another.
func servers() []oauthv1alpha1.OAuthServer {
	plain := oauthv1alpha1.OAuthServer{ObjectMeta: in("system", "plain", "")}
	documents := oauthv1alpha1.OAuthServer{ObjectMeta: in("system", "documents", "")}
	documents.Spec.ClientMetadataDocuments = &oauthv1alpha1.ServerClientMetadataDocuments{Hosts: []oauthv1alpha1.DocumentHost{"editor.example"}}
	other := oauthv1alpha1.OAuthServer{ObjectMeta: in("other", "plain", "")}
	return []oauthv1alpha1.OAuthServer{plain, documents, other}
}

func users() []oauthv1alpha1.OAuthUser {
	ada, bob := oauthv1alpha1.OAuthUser{ObjectMeta: in("system", "ada", "uid")}, oauthv1alpha1.OAuthUser{ObjectMeta: in("other", "bob", "uid-of-bob")}
	ada.Spec.Subject, bob.Spec.Subject = "ada", "bob"
	return []oauthv1alpha1.OAuthUser{ada, bob}
}

func there() *owners.Owners {
	return owners.Of(servers(), []oauthv1alpha1.OAuthClient{{ObjectMeta: in("apps", "app", "app")}}, users(), nil)
}

func TestDecide(t *testing.T) {
	// A Grant that ended at eleven and was kept for five minutes more.
	grant := func(change ...func(*record)) record {
		r := record{
			kind: "Grant", namespace: "system", expires: "2026-01-02T11", issuedAt: noon.Add(-3 * time.Hour), expiresAt: noon.Add(-time.Hour),
			clientUID: "app", subject: "local:ada",
		}
		for _, f := range change {
			f(&r)
		}
		return r
	}
	live := func(r *record) { r.expires, r.expiresAt = "2026-01-02T20", noon.Add(8*time.Hour) }
	login := func(r *record) { r.kind, r.clientUID, r.userUID, r.issuedAt = "Login", "", "uid", time.Time{} }
	virtual := func(id string) func(*record) {
		return func(r *record) { r.clientID, r.clientUID = id, string(clientid.OfDocument(id)) }
	}
	tests := map[string]struct {
		object record
		after  time.Duration
		fate   fate
	}{
		"the hour is not over":                  {grant(), -time.Second, keep},
		"the hour is over":                      {grant(), time.Minute, keep},
		"and the clocks agree on it":            {grant(), 6 * time.Minute, expired},
		"it is being deleted":                   {grant(func(r *record) { r.leaving = true }), time.Hour, keep},
		"no label":                              {grant(func(r *record) { r.expires = "" }), time.Hour, keep},
		"a label that does not parse":           {grant(func(r *record) { r.expires = "2026-01-02" }), time.Hour, keep},
		"a label from which nothing follows":    {grant(func(r *record) { r.expiresAt = noon.Add(time.Hour) }), time.Hour, keep},
		"a code that was redeemed just now":     {grant(func(r *record) { r.issuedAt = noon }), 19 * time.Minute, keep},
		"the same when the code has expired":    {grant(func(r *record) { r.issuedAt = noon }), 21 * time.Minute, expired},
		"a minute that is not over":             {grant(func(r *record) { r.expires, r.expiresAt = "2026-01-02T12-00", noon }), 6 * time.Minute, keep},
		"a minute that is over":                 {grant(func(r *record) { r.expires, r.expiresAt = "2026-01-02T12-00", noon }), 6*time.Minute + time.Second, expired},
		"it lives":                              {grant(live), 0, keep},
		"the client is gone":                    {grant(live, func(r *record) { r.clientUID = "gone" }), 0, suspect},
		"the client is gone, but the code":      {grant(live, func(r *record) { r.clientUID, r.issuedAt = "gone", noon }), 0, keep},
		"the user is gone":                      {grant(live, func(r *record) { r.subject = "local:gone" }), 0, suspect},
		"the user is in another namespace":      {grant(live, func(r *record) { r.subject = "local:bob" }), 0, suspect},
		"the user comes from elsewhere":         {grant(live, func(r *record) { r.subject = "corp:gone" }), 0, keep},
		"there is no server":                    {grant(live, func(r *record) { r.namespace, r.clientUID = "none", "gone" }), 0, keep},
		"expired where there is no server":      {grant(func(r *record) { r.namespace = "none" }), time.Hour, expired},
		"a Login":                               {grant(live, login), 0, keep},
		"a Login of a user who came again":      {grant(live, login, func(r *record) { r.userUID = "former" }), 0, suspect},
		"a client with a document":              {grant(live, virtual("https://editor.example/c")), 0, keep},
		"one that is no longer accepted":        {grant(live, virtual("https://app.example/c")), 0, suspect},
		"one of the server of another place":    {grant(live, virtual("https://editor.example/c"), func(r *record) { r.namespace, r.subject = "other", "local:bob" }), 0, suspect},
		"a Mark of one":                         {grant(live, virtual("")), 0, keep},
		"a Mark of a client that is gone":       {grant(live, func(r *record) { r.clientUID, r.subject = "gone", "" }), 0, suspect},
		"a Mark, which belongs to nobody":       {grant(live, func(r *record) { r.clientUID, r.subject = "", "" }), 0, keep},
		"a Mark that has expired":               {record{expires: "2026-01-02T10", expiresAt: noon.Add(-2 * time.Hour)}, 0, expired},
		"factors of a user":                     {record{kind: "Enrollment", namespace: "system", subject: "local:ada", userUID: "uid", lasting: true}, 9000 * time.Hour, keep},
		"factors that were reset":               {record{kind: "Enrollment", namespace: "system", subject: "local:ada", userUID: "uid", lasting: true, ended: true}, 0, expired},
		"factors from elsewhere":                {record{kind: "Enrollment", namespace: "system", subject: "corp:1", expires: "2026-01-02T13", expiresAt: noon.Add(time.Hour)}, 0, keep},
		"factors from elsewhere, not used":      {record{kind: "Enrollment", namespace: "system", subject: "corp:1", expires: "2026-01-02T10", expiresAt: noon.Add(-2 * time.Hour)}, 0, expired},
		"gone and expired, which is said first": {grant(func(r *record) { r.clientUID = "gone" }), time.Hour, expired},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := decide(test.object, there(), noon.Add(test.after)); got != test.fate {
				t.Errorf("fate %d, not %d", got, test.fate)
			}
		})
	}
}
