package token

import (
	"encoding/json"
	"reflect"
	"testing"
)

// What is written by hand is what encoding/json would write, whatever the fields have.
func TestEncode(t *testing.T) {
	var full Response
	for _, field := range reflect.ValueOf(&full).Elem().Fields() {
		switch field.Kind() {
		case reflect.String:
			field.SetString("abc.DEF-_~ \"quoted\" \\ \u00e9")
		default:
			field.SetInt(3600)
		}
	}
	for name, response := range map[string]Response{"everything": full, "nothing": {}, "the least": {AccessToken: "a", TokenType: "Bearer", ExpiresIn: 1}} {
		wanted, err := json.Marshal(response)
		if err != nil {
			t.Fatal(err)
		}
		if got := response.encode(); string(got) != string(wanted) {
			t.Errorf("%s: %s, wanted %s", name, got, wanted)
		}
	}
}
