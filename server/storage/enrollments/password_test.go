package enrollments

import (
	"slices"
	"testing"

	"github.com/grantor-dev/grantor/internal/passwords"
	"github.com/grantor-dev/grantor/server/storage/storagetest"
)

func hash(t *testing.T, text string) passwords.Hash {
	t.Helper()
	h, err := passwords.Parse([]byte(text), "")
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestAPasswordCountsBesideTheHashThatItReplaced(t *testing.T) {
	one := hash(t, "$2b$08$q4Zq0nq2m6Yl0aQ1o3Xh9ejrRgs2X8yiIT2Gy6xIkjUpaIwtnAKuS")
	other := hash(t, "$2b$09$q4Zq0nq2m6Yl0aQ1o3Xh9ejrRgs2X8yiIT2Gy6xIkjUpaIwtnAKuS")
	own, err := passwords.Make(one, "own-password")
	if err != nil {
		t.Fatal(err)
	}
	p, again := NewPassword(own, one, storagetest.Began), NewPassword(own, one, storagetest.Began)
	if !p.Counts(one) || p.Counts(other) || p.Counts(own) || p.Counts(passwords.Hash{}) || (*Password)(nil).Counts(one) {
		t.Error("it counts beside another one")
	}
	if slices.Equal(p.Replaced, again.Replaced) {
		t.Error("the fingerprints of one hash are the same")
	}
	if !p.Same(p) || p.Same(nil) || (*Password)(nil).Same(p) || !(*Password)(nil).Same(nil) {
		t.Error("what is the same is not")
	}
}

// A release that knows no passwords must not take one away with the next factor.
func TestEarlierReleasesReadNoPassword(t *testing.T) {
	c := typical()
	for _, password := range []*Password{nil, {Hash: "x"}, nil} {
		c.Password = password
		want := map[bool]int{true: 1, false: 2}[password == nil]
		if c.written() != want || slices.Contains(c.kinds(), "password") != (password != nil) {
			t.Errorf("version %d, %q with %+v", c.written(), c.kinds(), password)
		}
	}
}
