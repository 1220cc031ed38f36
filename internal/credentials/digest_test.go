package credentials

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

const (
	uid    = "11111111-2222-3333-4444-555555555555"
	other  = "11111111-2222-3333-4444-555555555556"
	secret = "a-client-secret-of-at-least-32-bytes"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func pepper(t testing.TB, id string, b byte) Pepper {
	t.Helper()
	p, err := NewPepper(id, bytes.Repeat([]byte{b}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestTheFormatOfADigest: digests of this format are stored in every cluster. The
// values were computed with another implementation of HKDF and HMAC.
func TestTheFormatOfADigest(t *testing.T) {
	const golden = "v1.p1.QKFug7gZ3PJECstnIXA_hG2Nc7QCDegrp9StgpYWQAY.5wULbjySSLkqRNsg8FqD6EZoWVGw261W5_aBDOs-wUc"
	const goldenExpiring = "v1.p1.QKFug7gZ3PJECstnIXA_hG2Nc7QCDegrp9StgpYWQAY.XkG9Nv9Gox2mEMoBUmmCeOS0tq6KIGcyJVoMp-Ss5gI"
	c := New(pepper(t, "p1", 1), uid, secret, start.Add(300*time.Millisecond))
	if got := c.Status(uid); got.Digest != golden || !got.CreatedAt.Time.Equal(start) || got.ExpiresAt != nil {
		t.Errorf("%+v", got)
	}
	if got := c.ExpireAt(start.Add(time.Hour)).Status(uid); got.Digest != goldenExpiring || !got.ExpiresAt.Time.Equal(start.Add(time.Hour)) {
		t.Errorf("%+v", got)
	}
	for _, digest := range []string{golden, goldenExpiring} {
		if strings.Contains(digest, secret) {
			t.Error("the secret is in the digest")
		}
	}
}

func TestOpenGivesBackWhatWasPublished(t *testing.T) {
	old, current := pepper(t, "old", 1), pepper(t, "current", 2)
	entry := New(old, uid, secret, start).ExpireAt(start.Add(time.Hour)).Status(uid)
	c, err := Open(Peppers{current, old}, uid, entry)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Matches(uid, secret) || !c.CreatedAt.Equal(start) || !c.ExpiresAt.Equal(start.Add(time.Hour)) {
		t.Errorf("%+v", c)
	}
	if again := c.Status(uid); again.Digest != entry.Digest {
		t.Error("publishing it again changes it")
	}
}

func TestMatches(t *testing.T) {
	c := New(pepper(t, "p1", 1), uid, secret, start)
	tests := map[string]struct {
		uid, secret string
		want        bool
	}{
		"the secret of the client":     {uid, secret, true},
		"the secret of another client": {other, secret, false},
		"another secret":               {uid, secret + "x", false},
		"a prefix":                     {uid, secret[:len(secret)-1], false},
		"nothing":                      {uid, "", false},
		"capitals":                     {uid, strings.ToUpper(secret), false},
		"no client and no secret":      {"", "", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := c.Matches(types.UID(test.uid), test.secret); got != test.want {
				t.Errorf("%v, wanted %v", got, test.want)
			}
		})
	}
}

func TestWhatIsNotOurs(t *testing.T) {
	peppers := Peppers{pepper(t, "p1", 1), pepper(t, "p2", 2)}
	part := func(i int, change func(string) string) func(*oauthv1alpha1.CredentialStatus) {
		return func(e *oauthv1alpha1.CredentialStatus) {
			parts := strings.Split(e.Digest, ".")
			parts[i] = change(parts[i])
			e.Digest = strings.Join(parts, ".")
		}
	}
	to := func(s string) func(string) string { return func(string) string { return s } }
	flip := func(s string) string {
		if s[0] == 'A' {
			return "B" + s[1:]
		}
		return "A" + s[1:]
	}
	cut := func(s string) string { return s[:len(s)-4] }
	at := func(d time.Duration) *metav1.Time { return &metav1.Time{Time: start.Add(d)} }
	tests := map[string]struct {
		change func(*oauthv1alpha1.CredentialStatus)
		want   error
	}{
		"a later version":                 {part(0, to("v2")), ErrNotSealed},
		"no version":                      {part(0, to("")), ErrNotSealed},
		"a pepper that is not there":      {part(1, to("p3")), ErrUnknownPepper},
		"no pepper":                       {part(1, to("")), ErrUnknownPepper},
		"another pepper of ours":          {part(1, to("p2")), ErrNotSealed},
		"another sum":                     {part(2, flip), ErrNotSealed},
		"a shorter sum":                   {part(2, cut), ErrNotSealed},
		"an empty sum":                    {part(2, to("")), ErrNotSealed},
		"a sum that is not base64url":     {part(2, to("+/=")), ErrNotSealed},
		"another seal":                    {part(3, flip), ErrNotSealed},
		"a shorter seal":                  {part(3, cut), ErrNotSealed},
		"an empty seal":                   {part(3, to("")), ErrNotSealed},
		"a seal that is not base64url":    {part(3, to("?")), ErrNotSealed},
		"padding":                         {part(3, func(s string) string { return s + "=" }), ErrNotSealed},
		"a part too many":                 {func(e *oauthv1alpha1.CredentialStatus) { e.Digest += "." }, ErrNotSealed},
		"a part too few":                  {func(e *oauthv1alpha1.CredentialStatus) { e.Digest = "v1.p1.x" }, ErrNotSealed},
		"nothing":                         {func(e *oauthv1alpha1.CredentialStatus) { e.Digest = "" }, ErrNotSealed},
		"made later":                      {func(e *oauthv1alpha1.CredentialStatus) { e.CreatedAt = *at(time.Second) }, ErrNotSealed},
		"made at no time":                 {func(e *oauthv1alpha1.CredentialStatus) { e.CreatedAt = metav1.Time{} }, ErrNotSealed},
		"prolonged by a second":           {func(e *oauthv1alpha1.CredentialStatus) { e.ExpiresAt = at(time.Hour + time.Second) }, ErrNotSealed},
		"shortened":                       {func(e *oauthv1alpha1.CredentialStatus) { e.ExpiresAt = at(time.Minute) }, ErrNotSealed},
		"prolonged for ever":              {func(e *oauthv1alpha1.CredentialStatus) { e.ExpiresAt = nil }, ErrNotSealed},
		"prolonged for ever, with a null": {func(e *oauthv1alpha1.CredentialStatus) { e.ExpiresAt = &metav1.Time{} }, ErrNotSealed},
		"unchanged":                       {func(*oauthv1alpha1.CredentialStatus) {}, nil},
		"the same times in another zone": {func(e *oauthv1alpha1.CredentialStatus) {
			e.CreatedAt = metav1.NewTime(e.CreatedAt.In(time.FixedZone("", 3600)))
		}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			entry := New(peppers[0], uid, secret, start).ExpireAt(start.Add(time.Hour)).Status(uid)
			test.change(&entry)
			c, err := Open(peppers, uid, entry)
			if !errors.Is(err, test.want) {
				t.Fatalf("got %v, wanted %v", err, test.want)
			}
			if err != nil && (c.Matches(uid, secret) || strings.Contains(err.Error(), entry.Digest) && entry.Digest != "") {
				t.Errorf("something came out beside the error: %+v, %v", c, err)
			}
		})
	}
}

func TestAnEntryCountsForItsClientOnly(t *testing.T) {
	peppers := Peppers{pepper(t, "p1", 1)}
	entry := New(peppers[0], uid, secret, start).Status(uid)
	if _, err := Open(peppers, other, entry); !errors.Is(err, ErrNotSealed) {
		t.Errorf("opened for another client: %v", err)
	}
	if _, err := Open(nil, uid, entry); !errors.Is(err, ErrUnknownPepper) {
		t.Errorf("opened without peppers: %v", err)
	}
	forged := Peppers{pepper(t, "p1", 9)}
	if _, err := Open(peppers, uid, New(forged[0], uid, secret, start).Status(uid)); !errors.Is(err, ErrNotSealed) {
		t.Errorf("opened with another key of the same id: %v", err)
	}
}
