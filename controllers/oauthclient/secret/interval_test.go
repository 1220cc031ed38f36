package secret

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// made returns a credential of the given age that was made for the request.
func made(t testing.TB, name string, age time.Duration) credentials.Credential {
	t.Helper()
	return credentials.New(pepper(t), uid, secret(name), noon.Add(-age))
}

func TestRotationByAge(t *testing.T) {
	hour := time.Hour
	for sentence, test := range map[string]struct {
		list     []credentials.Credential
		value    string
		interval time.Duration
		pending  string
		want     Change
		wait     time.Duration
	}{
		"without an interval never":                  {list: []credentials.Credential{made(t, "a", 10000*hour)}, value: "a"},
		"younger than the interval":                  {list: []credentials.Credential{made(t, "a", hour-time.Second)}, value: "a", interval: hour},
		"as old as the interval":                     {list: []credentials.Credential{made(t, "a", hour)}, value: "a", interval: hour, want: Rotated},
		"older than the interval":                    {list: []credentials.Credential{made(t, "a", 9*hour)}, value: "a", interval: hour, want: Rotated},
		"replaced, and the old one has no end yet":   {list: []credentials.Credential{made(t, "b", 0), made(t, "a", hour)}, value: "b", interval: hour},
		"lost while it was due is replaced once":     {list: []credentials.Credential{made(t, "a", hour)}, interval: hour, want: Lost},
		"edited while it was due is replaced once":   {list: []credentials.Credential{made(t, "a", hour)}, value: "edited", interval: hour, want: Edited},
		"published by this operator":                 {list: []credentials.Credential{made(t, "b", 0), made(t, "a", hour)}, value: "a", interval: hour, pending: "b", want: Rotated},
		"published by another operator at this time": {list: []credentials.Credential{made(t, "b", time.Second), made(t, "a", hour)}, value: "a", interval: hour, wait: 4 * time.Second},
		"published by somebody who died":             {list: []credentials.Credential{made(t, "b", peerTimeout), made(t, "a", hour)}, value: "a", interval: hour, want: Rotated},
		"not due, another was published":             {list: []credentials.Credential{made(t, "b", time.Second), made(t, "a", 0)}, value: "a", interval: hour},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := facts{
				client: uid, needsSecret: true, credentials: test.list, interval: test.interval, now: noon,
				pepper: pepper(t), mint: func() string { return secret("new") },
			}
			if test.value != "" {
				f.value = secret(test.value)
			}
			if test.pending != "" {
				f.pending = secret(test.pending)
			}
			got := decide(f)
			if got.Change != test.want || got.Wait != test.wait {
				t.Errorf("%q in %s, not %q in %s", got.Change, got.Wait, test.want, test.wait)
			}
			if test.wait > 0 && (got.Value != f.value || len(got.Credentials) != len(test.list)) {
				t.Error("something changes while another operator is waited for")
			}
		})
	}
}

// A rotation for age meets no request and forgets none.
func TestRotationByAgeKeepsTheRequestThatWasMet(t *testing.T) {
	current := made(t, "a", time.Hour)
	current.RotationRequestedAt = request
	f := facts{
		client: uid, needsSecret: true, value: secret("a"), credentials: []credentials.Credential{current}, interval: time.Hour,
		now: noon, pepper: pepper(t), mint: func() string { return secret("new") },
	}
	for sentence, requested := range map[string]time.Time{"the request is still there": request, "the request was withdrawn": {}} {
		f.requested = requested
		if got := decide(f); got.Change != Rotated || !got.Credentials[0].RotationRequestedAt.Equal(request) {
			t.Errorf("%s: %q with the request %s", sentence, got.Change, got.Credentials[0].RotationRequestedAt)
		}
	}
}

// A value that replaces one in use can wait for the replicas; one that is wanted at
// once cannot.
func TestReplaces(t *testing.T) {
	for sentence, test := range map[string]struct {
		list   []credentials.Credential
		value  string
		rotate bool
		given  string
		want   bool
	}{
		"a rotation that begins":                  {list: []credentials.Credential{made(t, "a", time.Hour)}, value: "a", rotate: true, want: true},
		"a value that stays":                      {list: []credentials.Credential{made(t, "a", 0)}, value: "a"},
		"a lost Secret":                           {list: []credentials.Credential{made(t, "a", time.Hour)}},
		"an edited Secret":                        {list: []credentials.Credential{made(t, "a", time.Hour)}, value: "edited"},
		"an old value that was put back":          {list: []credentials.Credential{made(t, "a", time.Hour), ending(t, "b", time.Hour)}, value: "b"},
		"another value from elsewhere":            {list: []credentials.Credential{made(t, "a", time.Hour)}, value: "a", given: "b", want: true},
		"another value, published already":        {list: []credentials.Credential{made(t, "b", time.Second), made(t, "a", time.Hour)}, value: "a", given: "b", want: true},
		"the first value from elsewhere":          {given: "b"},
		"a lost Secret of a value from elsewhere": {list: []credentials.Credential{made(t, "b", 0)}, given: "b"},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := facts{client: uid, needsSecret: true, credentials: test.list, now: noon, pepper: pepper(t), mint: func() string { return secret("new") }}
			if test.value != "" {
				f.value = secret(test.value)
			}
			if test.given != "" {
				f.given = secret(test.given)
			}
			if test.rotate {
				f.requested = request
			}
			if got := decide(f); got.Replaces != test.want {
				t.Errorf("%v, not %v", got.Replaces, test.want)
			}
		})
	}
}

func TestNextRotation(t *testing.T) {
	every := func(d time.Duration) *oauthv1alpha1.SecretRotation {
		return &oauthv1alpha1.SecretRotation{Interval: &metav1.Duration{Duration: d}}
	}
	for sentence, test := range map[string]struct {
		rotation *oauthv1alpha1.SecretRotation
		list     []credentials.Credential
		want     *metav1.Time
	}{
		"no rotation":               {list: []credentials.Credential{made(t, "a", 0)}},
		"no interval":               {rotation: &oauthv1alpha1.SecretRotation{}, list: []credentials.Credential{made(t, "a", 0)}},
		"no secret":                 {rotation: every(time.Hour)},
		"the newest secret decides": {rotation: every(time.Hour), list: []credentials.Credential{made(t, "b", time.Minute), made(t, "a", time.Hour)}, want: at(59 * time.Minute)},
	} {
		t.Run(sentence, func(t *testing.T) {
			c := &oauthv1alpha1.OAuthClient{}
			c.Spec.Secret.Rotation = test.rotation
			if got := NextRotation(c, test.list); !got.Equal(test.want) {
				t.Errorf("%s, not %s", got, test.want)
			}
		})
	}
}
