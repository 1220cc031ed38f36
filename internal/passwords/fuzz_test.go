package passwords

import (
	"strings"
	"testing"
)

// FuzzParse: whatever text is accepted costs a bounded time and survives being
// stored; no error quotes the text.
func FuzzParse(f *testing.F) {
	for _, text := range []string{referenceArgon2id, bcrypt2y, "bob:" + bcrypt2b, "#x\nbob:" + referenceArgon2id, phc(8192, 3, 4, 64, 64), "", ":", "bob:", "$2a$", "$argon2id$v=19$m=1"} {
		f.Add([]byte(text), "bob")
	}
	f.Fuzz(func(t *testing.T, text []byte, username string) {
		hash, err := Parse(text, username)
		if err != nil {
			if line := strings.TrimSpace(string(text)); len(line) > 20 && strings.Contains(err.Error(), line) {
				t.Errorf("the error quotes the text: %v", err)
			}
			return
		}
		if !strings.Contains(string(text), hash.Text()) {
			t.Errorf("%q is no part of the text", hash.Text())
		}
		if a := hash.argon; a != nil && (a.memory > maxMemory || a.time > maxTime || a.threads > maxThreads || a.threads < 1 || a.time < 1) {
			t.Errorf("beyond the bounds: %q", hash.Text())
		}
		value, err := hash.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := Decode(value); err != nil || again.Text() != hash.Text() {
			t.Errorf("%q became %q: %v", hash.Text(), again.Text(), err)
		}
	})
}
