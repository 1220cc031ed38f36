package secret

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/grantor-dev/grantor/internal/credentials"
)

// next is the pepper that takes the place of the one of the other tests.
func next(t testing.TB) credentials.Pepper {
	t.Helper()
	p, err := credentials.NewPepper("next", slices.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestMovingToAnotherPepper(t *testing.T) {
	moved := func(name string) credentials.Credential { return endless(t, name).Under(next(t), uid, secret(name)) }
	for sentence, test := range map[string]struct {
		facts facts
		// made are the peppers of the digests, moved says that only they change.
		made  []string
		moved bool
	}{
		"the digest of the value moves": {
			facts{value: secret("a"), credentials: []credentials.Credential{endless(t, "a")}, move: true}, []string{"next"}, true,
		},
		"not before its time": {
			facts{value: secret("a"), credentials: []credentials.Credential{endless(t, "a")}}, []string{"pepper"}, false,
		},
		"once": {
			facts{value: secret("a"), credentials: []credentials.Credential{moved("a")}, move: true}, []string{"next"}, false,
		},
		"the digest of an old value stays, since nobody has that any more": {
			facts{value: secret("b"), credentials: []credentials.Credential{endless(t, "b"), ending(t, "a", time.Hour)}, move: true}, []string{"next", "pepper"}, true,
		},
		"a value that was edited is no reason to lose the digest of the one that authenticates": {
			facts{value: secret("x"), credentials: []credentials.Credential{endless(t, "a")}, move: true}, []string{"next", "pepper"}, false,
		},
		"a lost value neither": {
			facts{credentials: []credentials.Credential{endless(t, "a")}, move: true}, []string{"next", "pepper"}, false,
		},
		"a value that somebody else keeps moves, too": {
			facts{value: secret("a"), given: secret("a"), credentials: []credentials.Credential{endless(t, "a")}, move: true}, []string{"next"}, true,
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := test.facts
			f.client, f.needsSecret, f.now, f.pepper, f.mint = uid, true, noon, next(t), func() string { return secret("new") }
			got := decide(f)
			var made []string
			for _, credential := range got.Credentials {
				made = append(made, credential.PepperID())
			}
			if !slices.Equal(made, test.made) || got.Moved != test.moved {
				t.Errorf("made by %v, moved %v", made, got.Moved)
			}
			if got.Moved && (got.Value != f.value || !got.Credentials[0].Matches(uid, f.value) || !got.Credentials[0].CreatedAt.Equal(f.credentials[0].CreatedAt)) {
				t.Errorf("it is another secret: %+v", got)
			}
		})
	}
}

// Ten thousand clients move one after the other, and each at its own time whoever asks.
func TestClientsMoveOneAfterTheOther(t *testing.T) {
	const clients = 10_000
	perMinute := map[int]int{}
	for n := range clients {
		id := types.UID(fmt.Sprintf("8a6d2f3c-0000-4000-8000-%012d", n))
		at := moveAt(id, noon, spread(0)).Sub(noon)
		if at < 0 || at >= time.Hour || at != moveAt(id, noon, spread(0)).Sub(noon) {
			t.Fatalf("%s moves after %s", id, at)
		}
		perMinute[int(at/time.Minute)]++
	}
	for minute := range 60 {
		if n := perMinute[minute]; n > 2*clients/60 {
			t.Errorf("%d of %d clients move in minute %d", n, clients, minute)
		}
	}
	if short := spread(8 * time.Second); short != time.Second {
		t.Errorf("with a pepper every 8 seconds they take %s", short)
	}
}
