package passwords

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

const (
	// referenceArgon2id is from the tests of the reference program: argon2 -id.
	referenceArgon2id = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	// The bcrypt hashes were made by libxcrypt, of bob-password and of 72 times "x".
	bcrypt2y   = "$2y$10$q4Zq0nq2m6Yl0aQ1o3Xh9etRARSz6eTDeSVO/radQkPT3owNVmkue"
	bcrypt2b   = "$2b$08$q4Zq0nq2m6Yl0aQ1o3Xh9ejrRgs2X8yiIT2Gy6xIkjUpaIwtnAKuS"
	bcryptLong = "$2b$08$q4Zq0nq2m6Yl0aQ1o3Xh9eDmfpv09qhLMMqrKID2aCZ.J0nPkpGVe"
	// bcrypt2a is of a password that is not ASCII.
	bcrypt2a = "$2a$08$q4Zq0nq2m6Yl0aQ1o3Xh9edCEmphmZLCOajtQSLntyaeIKcf9svLK"
)

func TestWhatIsAccepted(t *testing.T) {
	tests := map[string]struct{ text, username, password, canonical string }{
		"argon2id as the argon2 program writes it":  {referenceArgon2id, "alice", "password", referenceArgon2id},
		"a line break at the end":                   {referenceArgon2id + "\n", "alice", "password", referenceArgon2id},
		"a line break of another system":            {referenceArgon2id + "\r\n", "alice", "password", referenceArgon2id},
		"bcrypt $2y$":                               {bcrypt2y, "bob", "bob-password", bcrypt2y},
		"bcrypt $2b$":                               {bcrypt2b, "bob", "bob-password", bcrypt2b},
		"bcrypt $2a$ of a password beyond ASCII":    {bcrypt2a, "bob", "p\u00e4ssw\u00f6rd", bcrypt2a},
		"bcrypt of the longest password":            {bcryptLong, "bob", strings.Repeat("x", 72), bcryptLong},
		"one line of htpasswd":                      {"bob:" + bcrypt2y + "\n\n", "bob", "bob-password", bcrypt2y},
		"an htpasswd file with others and comments": {"# people\n\nalice:$apr1$x$y\nbob:" + bcrypt2y + "\nbobby:x", "bob", "bob-password", bcrypt2y},
		"an htpasswd file with argon2id":            {"alice:" + referenceArgon2id + "\r\nbob:x\r\n", "alice", "password", referenceArgon2id},
		"a username with a space":                   {"Bob B:" + bcrypt2b, "Bob B", "bob-password", bcrypt2b},
		"two lines of somebody else":                {"alice:x\nalice:y\nbob:" + bcrypt2b, "bob", "bob-password", bcrypt2b},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			hash, err := Parse([]byte(test.text), test.username)
			if err != nil {
				t.Fatal(err)
			}
			if hash.Text() != test.canonical {
				t.Errorf("the text is %q", hash.Text())
			}
			if !hash.Verify(test.password) {
				t.Error("the password does not match")
			}
			if hash.Verify(test.password + "x") {
				t.Error("another one matches, too")
			}
		})
	}
}

// cheapArgon2id is of bob-password, too.
const cheapArgon2id = "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHQ$LpjXjH2cIQQFnTeFP2xyjyUyMvjQNc6k02bAZQF+tls"

func TestWhatDoesNotMatch(t *testing.T) {
	const password = "bob-password"
	for _, text := range []string{bcrypt2b, cheapArgon2id} {
		hash, err := Parse([]byte(text), "")
		if err != nil || !hash.Verify(password) {
			t.Fatalf("%s does not match: %v", hash, err)
		}
		for _, wrong := range []string{"", "bob", password[1:], password + "x", password + "\x00", password + "\x00" + password, strings.ToUpper(password), " " + password, password + "\n"} {
			if hash.Verify(wrong) {
				t.Errorf("%q matches %s, too", wrong, hash)
			}
		}
	}
}

func phc(memory, time, threads, salt, key int) string {
	b64 := func(n int) string { return base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("s", n))) }
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", memory, time, threads, b64(salt), b64(key))
}

func TestBounds(t *testing.T) {
	const cheap, expensive, malformed, unknown = "too weak", "costs too much", "no well-formed", "neither an argon2id"
	tests := map[string]struct{ text, refused string }{
		"the cheapest argon2id":               {phc(8192, 1, 1, 8, 16), ""},
		"the costliest argon2id":              {phc(65536, 3, 4, 64, 64), ""},
		"too little memory":                   {phc(8191, 1, 1, 8, 16), cheap},
		"too short a salt":                    {phc(8192, 1, 1, 7, 16), cheap},
		"too short a hash":                    {phc(8192, 1, 1, 8, 15), cheap},
		"too much memory":                     {phc(65537, 1, 1, 8, 16), expensive},
		"too many passes":                     {phc(8192, 4, 1, 8, 16), expensive},
		"too many threads":                    {phc(8192, 1, 5, 8, 16), expensive},
		"threads that do not fit into a byte": {phc(8192, 1, 257, 8, 16), expensive},
		"too long a salt":                     {phc(8192, 1, 1, 65, 16), expensive},
		"too long a hash":                     {phc(8192, 1, 1, 8, 65), expensive},
		"memory beyond all bounds":            {phc(4294967295, 1, 1, 8, 16), malformed},
		"no pass":                             {phc(8192, 0, 1, 8, 16), malformed},
		"no thread":                           {phc(8192, 1, 0, 8, 16), malformed},
		"a number with a zero before":         {strings.Replace(phc(8192, 1, 1, 8, 16), "t=1", "t=01", 1), malformed},
		"a sign":                              {strings.Replace(phc(8192, 1, 1, 8, 16), "t=1", "t=+1", 1), malformed},
		"another version":                     {strings.Replace(phc(8192, 1, 1, 8, 16), "v=19", "v=16", 1), malformed},
		"no version":                          {strings.Replace(phc(8192, 1, 1, 8, 16), "$v=19", "", 1), malformed},
		"padded Base64":                       {phc(8192, 1, 1, 8, 16) + "==", malformed},
		"Base64 with stray bits":              {strings.Replace(phc(8192, 1, 1, 8, 16), "c3Nzc3Nzc3M$", "c3Nzc3Nzc3N$", 1), malformed},
		"argon2id without a hash":             {strings.TrimSuffix(phc(8192, 1, 1, 8, 16), "$c3Nzc3Nzc3Nzc3Nzc3Nzcw"), malformed},
		"argon2id with white space":           {" " + phc(8192, 1, 1, 8, 16), unknown},
		"argon2id with something behind":      {phc(8192, 1, 1, 8, 16) + "\nx", malformed},
		"argon2i":                             {strings.Replace(phc(8192, 1, 1, 8, 16), "argon2id", "argon2i", 1), unknown},
		"bcrypt with cost 12":                 {strings.Replace(bcrypt2y, "$10$", "$12$", 1), ""},
		"bcrypt with cost 13":                 {strings.Replace(bcrypt2y, "$10$", "$13$", 1), expensive},
		"bcrypt with cost 99":                 {strings.Replace(bcrypt2y, "$10$", "$99$", 1), expensive},
		"bcrypt with cost 08":                 {bcrypt2b, ""},
		"bcrypt with cost 07":                 {strings.Replace(bcrypt2b, "$08$", "$07$", 1), cheap},
		"bcrypt without cost":                 {strings.Replace(bcrypt2b, "$08$", "$$", 1), malformed},
		"bcrypt cut short":                    {bcrypt2b[:59], malformed},
		"bcrypt with something behind":        {bcrypt2b + "x", malformed},
		"bcrypt with stray bits":              {bcrypt2b[:59] + "T", malformed},
		"bcrypt $2x$, which has a known bug":  {strings.Replace(bcrypt2b, "$2b$", "$2x$", 1), malformed},
		"bcrypt $2$":                          {strings.Replace(bcrypt2b, "$2b$", "$2$", 1), malformed},
		"nothing":                             {"", unknown},
		"a line break":                        {"\n", unknown},
		"plain text":                          {"alice-password", unknown},
		"MD5 of Apache":                       {"$apr1$b1C8zW8x$7U2bZ3cIYDs6OzpZ1jPpr0", unknown},
		"SHA-1 of htpasswd":                   {"alice:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", unknown},
		"SHA-512 crypt":                       {"$6$salt$IxDD3jeSOb5eB1CX5LBsqZFVkJdido3OUILO5Ifz5iwMuTS4XMS130MTSuDDl3aCI6WouIL9AjRbLCelDCy.g.", unknown},
		"htpasswd with plain text":            {"alice:alice-password", unknown},
		"htpasswd with an empty value":        {"alice:", unknown},
		"htpasswd with white space":           {"alice: " + bcrypt2b, unknown},
		"htpasswd of somebody else":           {"bob:" + bcrypt2b, "no line"},
		"htpasswd with other capitals":        {"Alice:" + bcrypt2b, "no line"},
		"htpasswd with the line as a comment": {"#alice:" + bcrypt2b, "no line"},
		"htpasswd with two lines":             {"alice:" + bcrypt2b + "\nalice:" + bcrypt2b, "two lines"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			hash, err := Parse([]byte(test.text), "alice")
			if (err != nil) != (test.refused != "") || err != nil && !strings.Contains(err.Error(), test.refused) {
				t.Fatalf("%v; wanted %q", err, test.refused)
			}
			if err != nil && hash.Verify("") {
				t.Error("what was refused matches something")
			}
		})
	}
}

// TestMoreThan72BytesDoNotMatch: bcrypt itself compares the first 72.
func TestMoreThan72BytesDoNotMatch(t *testing.T) {
	hash, err := Parse([]byte(bcryptLong), "bob")
	if err != nil {
		t.Fatal(err)
	}
	if hash.Verify(strings.Repeat("x", 73)) || hash.Verify(strings.Repeat("x", 72)+"different") {
		t.Error("a longer password matches by its first 72 bytes")
	}
}

// TestNothingShowsAHash: not the errors, whatever they are about, and not a Hash
// that somebody logs.
func TestNothingShowsAHash(t *testing.T) {
	for _, text := range []string{phc(8191, 1, 1, 8, 16), phc(8192, 9, 1, 8, 16), "$argon2id$secret", "$2b$07$secret", "secret", "alice:secret", bcrypt2b + "secret"} {
		_, err := Parse([]byte(text), "alice")
		if err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "c3Nz") || strings.Contains(err.Error(), "q4Zq") {
			t.Errorf("%v", err)
		}
	}
	hash, err := Parse([]byte(referenceArgon2id), "alice")
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if got := fmt.Sprintf(format, hash); !strings.Contains(got, "an argon2id hash") {
			t.Errorf("%s shows %s", format, got)
		}
	}
}
