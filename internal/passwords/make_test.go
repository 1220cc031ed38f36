package passwords

import (
	"strings"
	"testing"
)

var likes = map[string]string{
	"argon2id": "$argon2id$v=19$m=8192,t=1,p=1$lghAb1Liy89jOx23el9xRw$24kFEsjWU1Kjclj/zUVkSIYhyQbz11Mo6cnN+t3HBhY",
	"bcrypt":   "$2b$08$q4Zq0nq2m6Yl0aQ1o3Xh9ejrRgs2X8yiIT2Gy6xIkjUpaIwtnAKuS",
}

func TestMake(t *testing.T) {
	for kind, text := range likes {
		like, err := Parse([]byte(text), "")
		if err != nil {
			t.Fatal(err)
		}
		for _, password := range []string{"a", strings.Repeat("long", 256), "p\x00a", "\u5fdc\u7528", "\xff"} {
			made, err := Make(like, password)
			if err != nil {
				t.Fatal(kind, err)
			}
			again, err := ParseMade(made.Text())
			if err != nil || again.Text() != made.Text() || !again.Verify(password) {
				t.Errorf("%s: %s: %v", kind, made, err)
			}
			for _, other := range []string{"", password + "x", password + "\x00" + password, password[:len(password)-1]} {
				if again.Verify(other) {
					t.Errorf("%s: a hash of %d bytes is one of %d others", kind, len(password), len(other))
				}
			}
			if second, err := Make(like, password); err != nil || second.Text() == made.Text() {
				t.Errorf("%s: no salt: %v", kind, err)
			}
			// One that was made is a model as well.
			if next, err := Make(made, "next"); err != nil || !next.Verify("next") || cost(next) != cost(made) || cost(next) != cost(like) {
				t.Errorf("%s: like one that was made: %s, %v", kind, next, err)
			}
			if made.String() != like.String() {
				t.Errorf("%s is shown as %s", kind, made)
			}
		}
	}
}

// cost is what the text of a hash says of its cost.
func cost(h Hash) string {
	text := strings.TrimPrefix(h.Text(), digested)
	parts := strings.Split(text, "$")
	if h.argon != nil {
		return parts[3]
	}
	return parts[2]
}

func TestMakeLikeNothing(t *testing.T) {
	if _, err := Make(Hash{}, "a"); err == nil {
		t.Error("it is like no hash")
	}
}

// What Make returns is none of an administrator's, and the other way round.
func TestParseMade(t *testing.T) {
	for _, text := range []string{"", "x", digested, digested + "x", digested + likes["argon2id"], digested + digested + likes["bcrypt"], likes["bcrypt"], digested + "$2b$04$q4Zq0nq2m6Yl0aQ1o3Xh9ejrRgs2X8yiIT2Gy6xIkjUpaIwtnAKuS"} {
		if _, err := ParseMade(text); err == nil {
			t.Errorf("%q is one that was made", text)
		}
	}
	if _, err := Parse([]byte(digested+likes["bcrypt"]), ""); err == nil {
		t.Error("a hash of a digest is an administrator's")
	}
}
