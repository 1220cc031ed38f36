package passwords

import (
	"strings"
	"testing"
)

// golden are entries as earlier releases wrote them; a change of the format must
// still read them.
var golden = map[string]string{
	referenceArgon2id: `{"version":1,"hash":"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"}`,
	bcrypt2y:          `{"version":1,"hash":"$2y$10$q4Zq0nq2m6Yl0aQ1o3Xh9etRARSz6eTDeSVO/radQkPT3owNVmkue"}`,
}

func TestFormatOfAnEntry(t *testing.T) {
	for text, stored := range golden {
		hash, err := Parse([]byte(text), "")
		if err != nil {
			t.Fatal(err)
		}
		value, err := hash.Encode()
		if err != nil || string(value) != stored {
			t.Errorf("%s, %v; wanted %s", value, err, stored)
		}
		again, err := Decode([]byte(stored))
		if err != nil || again.Text() != text {
			t.Errorf("decoded as %q: %v", again.Text(), err)
		}
	}
}

func TestWhatIsNoEntry(t *testing.T) {
	stored := golden[bcrypt2y]
	for name, value := range map[string]string{
		"nothing":                 "",
		"a bare hash":             bcrypt2y,
		"an htpasswd line inside": strings.Replace(stored, "$2y", "bob:$2y", 1),
		"another version":         strings.Replace(stored, "1", "2", 1),
		"no version":              strings.Replace(stored, `"version":1,`, "", 1),
		"a field that is unknown": strings.Replace(stored, `"version"`, `"expires":1,"version"`, 1),
		"something behind":        stored + stored,
		"a hash that costs much":  strings.Replace(stored, "$10$", "$14$", 1),
		"null":                    "null",
	} {
		if hash, err := Decode([]byte(value)); err == nil || strings.Contains(err.Error(), "q4Zq") {
			t.Errorf("%s: %v, %v", name, hash, err)
		}
	}
	if value, err := (Hash{}).Encode(); err == nil {
		t.Errorf("no hash becomes %s", value)
	}
}
