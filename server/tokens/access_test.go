package tokens_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/tokens"
)

const issuer = "https://auth.example.com"

func newKeys(t testing.TB) *keys.Set {
	t.Helper()
	set, err := keystest.NewStore(t).Current()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func content() tokens.AccessClaims {
	return tokens.AccessClaims{
		Issuer: issuer, Subject: "team.app", Audience: []string{"one", "two"}, ClientID: "team.app", ClientUID: "uid",
		Scope: "read write", IssuedAt: 1000, ExpiresAt: 1900, ID: "id",
	}
}

var forms = []oauthv1alpha1.AccessTokenFormat{oauthv1alpha1.AccessTokenJWT, oauthv1alpha1.AccessTokenOpaque}

func mint(t testing.TB, set *keys.Set, form oauthv1alpha1.AccessTokenFormat, claims tokens.AccessClaims) string {
	t.Helper()
	token, err := tokens.Mint(set, form, claims)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestMintedParsesUntilItExpires(t *testing.T) {
	set := newKeys(t)
	for _, form := range forms {
		token := mint(t, set, form, content())
		if strings.HasPrefix(token, "gat_") != (form == oauthv1alpha1.AccessTokenOpaque) {
			t.Errorf("%s begins with %.4s", form, token)
		}
		for now, alive := range map[time.Time]bool{
			time.Unix(0, 0): true, time.Unix(1000, 0): true, time.Unix(1899, 999_999_999): true,
			time.Unix(1900, 0): false, time.Unix(9999, 0): false,
		} {
			claims, err := tokens.Parse(set, issuer, token, now)
			if alive && (err != nil || !reflect.DeepEqual(claims, content())) {
				t.Errorf("%s at %d: %+v, %v", form, now.Unix(), claims, err)
			}
			if !alive && (!errors.Is(err, tokens.ErrInvalid) || !reflect.DeepEqual(claims, tokens.AccessClaims{})) {
				t.Errorf("%s at %d: %+v, %v", form, now.Unix(), claims, err)
			}
		}
		if _, err := tokens.Parse(set, issuer+"/", token, time.Unix(1000, 0)); !errors.Is(err, tokens.ErrInvalid) {
			t.Errorf("%s for another issuer: %v", form, err)
		}
		if _, err := tokens.Parse(newKeys(t), issuer, token, time.Unix(1000, 0)); !errors.Is(err, tokens.ErrInvalid) {
			t.Errorf("%s with other keys: %v", form, err)
		}
	}
}

// The format is persisted by those who hold a token.
func TestClaimsAsJSON(t *testing.T) {
	text, err := json.Marshal(content())
	if err != nil {
		t.Fatal(err)
	}
	const golden = `{"iss":"https://auth.example.com","sub":"team.app","aud":["one","two"],"client_id":"team.app","client_uid":"uid","scope":"read write","iat":1000,"exp":1900,"jti":"id"}`
	if string(text) != golden {
		t.Errorf("claims are %s", text)
	}
}

func TestIDsDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := tokens.NewID()
		if len(id) != 22 || seen[id] {
			t.Fatalf("id %q", id)
		}
		seen[id] = true
	}
}

// FuzzParse checks that no text is a token but those that were minted.
func FuzzParse(f *testing.F) {
	set := newKeys(f)
	minted := map[string]bool{}
	for _, form := range forms {
		token := mint(f, set, form, content())
		minted[token] = true
		for _, text := range []string{token, token[:len(token)-1], token + ".", "gat_" + token, strings.TrimPrefix(token, "gat_"), strings.ToUpper(token)} {
			f.Add(text)
		}
	}
	for _, text := range []string{"", "gat_", "gat_gat_", "..", "eyJhbGciOiJub25lIn0.e30.", "\x00\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		claims, err := tokens.Parse(set, issuer, text, time.Unix(1000, 0))
		if (err == nil) != minted[text] || err != nil && !errors.Is(err, tokens.ErrInvalid) {
			t.Fatalf("%q: %+v, %v", text, claims, err)
		}
	})
}
