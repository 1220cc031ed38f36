package jsonmembers

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]bool{
		`{}`: true, `{"a":1,"b":[{"c":"]]]]]"}]}`: true, `{"a":"\"[[[[["}`: true, `{"a":{"b":1,"b":2}}`: true,
		``: false, `[]`: false, `null`: false, `{"a":1,"a":2}`: false, `{"a":1,"\u0061":2}`: false, `{"a":1}x`: false, "{\"a\":\"\xff\"}": false,
		`{"a":[[[[1]]]]}`: false, `{"a":[[[1]]]}`: true, "\xef\xbb\xbf{}": false, `{"a":1,}`: false,
	} {
		if _, ok := Parse([]byte(text), 4); ok != want {
			t.Errorf("%s is an object: %v", text, ok)
		}
	}
	if _, ok := Parse([]byte(strings.Repeat(`{"a":`, 1<<16)), 8); ok {
		t.Error("something deep is an object")
	}
}

func TestValues(t *testing.T) {
	m, _ := Parse([]byte(`{"t":"x","n":null,"l":["a","b"],"m":["a",1],"f":true,"o":{}}`), 8)
	for name, want := range map[string]bool{"t": true, "none": true, "n": false, "l": false, "f": false, "o": false} {
		if _, ok := m.Text(name); ok != want {
			t.Errorf("%s is a text: %v", name, ok)
		}
	}
	for name, want := range map[string]bool{"l": true, "none": true, "n": false, "m": false, "t": false, "o": false} {
		if _, _, ok := m.List(name); ok != want {
			t.Errorf("%s is a list: %v", name, ok)
		}
	}
	for name, want := range map[string]bool{"f": true, "none": true, "n": false, "t": false} {
		if _, ok := m.Flag(name); ok != want {
			t.Errorf("%s is a flag: %v", name, ok)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"a":["b",{"c":"\\\""}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		m, ok := Parse([]byte(text), 8)
		for name := range m {
			_, _ = m.Text(name)
			_, _ = m.Flag(name)
			_, _, _ = m.List(name)
		}
		if ok != (m != nil) {
			t.Error("an object without members")
		}
	})
}
