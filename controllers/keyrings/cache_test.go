package keyrings

import (
	"reflect"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/grantor-dev/grantor/internal/keyring"
)

func data(t testing.TB) map[string][]byte {
	t.Helper()
	ring, err := keyring.Generate(time.Unix(1767323045, 0))
	if err != nil {
		t.Fatal(err)
	}
	out, err := ring.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func secret(name string, data map[string][]byte) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "a", Name: name, UID: "u", ResourceVersion: "7"}, Data: data}
}

func state(t testing.TB, c *Cache, s *corev1.Secret) string {
	t.Helper()
	got, err := c.Decode(s)
	if err != nil {
		t.Fatal(err)
	}
	want, err := keyring.Decode(s.Data)
	if err != nil || !reflect.DeepEqual(got.State(), want.State()) {
		t.Errorf("the ring is %q, its Secret says %q, %v", got.State(), want.State(), err)
	}
	return got.State()
}

func TestDecode(t *testing.T) {
	c, first, second := &Cache{}, data(t), data(t)
	one := state(t, c, secret("x", first))
	if again := state(t, c, secret("x", copied(first))); again != one {
		t.Errorf("the same data is another ring")
	}
	if other := state(t, c, secret("x", second)); other == one {
		t.Error("other data of the same name and resourceVersion is the same ring")
	}
	if state(t, c, secret("y", first)) != one || state(t, c, secret("x", second)) == one {
		t.Error("two Secrets share a ring")
	}
	_ = state(t, nil, secret("x", first))
}

// TestDecodeAgainIsCheap: without it a restart with 10,000 clients took 19 s of CPU.
func TestDecodeAgainIsCheap(t *testing.T) {
	c, s := &Cache{}, secret("x", data(t))
	_ = state(t, c, s)
	if n := testing.AllocsPerRun(100, func() { _, _ = c.Decode(s) }); n > 0 {
		t.Errorf("decoding an unchanged Secret allocates %v objects", n)
	}
}

func TestChangeOfDataInPlaceIsSeen(t *testing.T) {
	c, s := &Cache{}, secret("x", data(t))
	_ = state(t, c, s)
	for name := range s.Data {
		s.Data[name][0] = 'x'
		break
	}
	if _, err := c.Decode(s); err == nil {
		t.Error("a broken Secret is a ring")
	}
	for name := range s.Data {
		if s.Data[name][0] == 'x' {
			s.Data[name][0] = '{'
		}
	}
	_ = state(t, c, s)
}

func BenchmarkDecode(b *testing.B) {
	s := secret("x", data(b))
	for name, c := range map[string]*Cache{"cached": {}, "not": nil} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := c.Decode(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
