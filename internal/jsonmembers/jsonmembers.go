package jsonmembers

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// Members are those of an object, by their exact names: encoding/json would take others of
// another case, and the last one of two.
type Members map[string]json.RawMessage

// Parse returns the members of a JSON object. Objects and lists are nested no deeper than
// depth, of which the object itself is the first.
func Parse(body []byte, depth int) (Members, bool) {
	if !utf8.Valid(body) || deeper(body, depth) || !json.Valid(body) {
		return nil, false
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	if first, err := decoder.Token(); err != nil || first != json.Delim('{') {
		return nil, false
	}
	m := Members{}
	for decoder.More() {
		token, err := decoder.Token()
		name, ok := token.(string)
		if _, twice := m[name]; err != nil || !ok || twice {
			return nil, false
		}
		var value json.RawMessage
		if decoder.Decode(&value) != nil {
			return nil, false
		}
		m[name] = value
	}
	return m, true
}

// deeper reports whether brackets outside of texts are nested deeper than most.
func deeper(body []byte, most int) bool {
	depth, text := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case text && c == '\\':
			i++
		case c == '"':
			text = !text
		case text:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if depth > most {
			return true
		}
	}
	return false
}

// Text returns a member that is a text, "" where there is none, and whether it is no other
// value.
func (m Members) Text(name string) (text string, ok bool) {
	raw, there := m[name]
	if !there {
		return "", true
	}
	return text, raw[0] == '"' && json.Unmarshal(raw, &text) == nil
}

// Flag returns a member that is true or false, false where there is none, and whether it is
// no other value.
func (m Members) Flag(name string) (set, ok bool) {
	raw, there := m[name]
	if !there {
		return false, true
	}
	return string(raw) == "true", string(raw) == "true" || string(raw) == "false"
}

// List returns a member that is a list of texts, whether there is one, and whether it is no
// other value.
func (m Members) List(name string) (texts []string, there, ok bool) {
	raw, there := m[name]
	if !there {
		return nil, false, true
	}
	var values []any
	if json.Unmarshal(raw, &values) != nil || values == nil {
		return nil, true, false
	}
	for _, value := range values {
		text, ok := value.(string)
		if !ok {
			return nil, true, false
		}
		texts = append(texts, text)
	}
	return texts, true, true
}
