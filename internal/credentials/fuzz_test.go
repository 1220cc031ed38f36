package credentials

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// FuzzOpen tries arbitrary entries: none opens that was not published for this
// client with these times.
func FuzzOpen(f *testing.F) {
	peppers := Peppers{pepper(f, "p1", 1)}
	good := New(peppers[0], uid, secret, start).ExpireAt(start.Add(time.Hour)).Status(uid)
	f.Add(good.Digest, good.CreatedAt.Unix(), good.ExpiresAt.Unix())
	f.Add(New(peppers[0], uid, secret, start).Status(uid).Digest, start.Unix(), int64(0))
	f.Add("v1.p1..", int64(0), int64(0))
	f.Add("....", int64(-1), int64(-62135596800))
	f.Add("v1.p1.\n.\r", int64(1), int64(1))
	f.Fuzz(func(t *testing.T, digest string, created, expires int64) {
		entry := oauthv1alpha1.CredentialStatus{Digest: digest, CreatedAt: metav1.Unix(created, 0)}
		if expires != 0 {
			at := metav1.Unix(expires, 0)
			entry.ExpiresAt = &at
		}
		c, err := Open(peppers, uid, entry)
		if err != nil {
			return
		}
		if !c.Matches(uid, secret) || created != start.Unix() || (expires != 0 && expires != start.Add(time.Hour).Unix()) {
			t.Fatalf("opened %+v", entry)
		}
	})
}
