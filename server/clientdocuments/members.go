package clientdocuments

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// members are those of a document, by their exact names: encoding/json would take others of
// another case, and the last one of two.
type members map[string]json.RawMessage

// parse returns the members of a JSON object.
func parse(body []byte) (members, bool) {
	if !utf8.Valid(body) || !json.Valid(body) {
		return nil, false
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	if first, err := decoder.Token(); err != nil || first != json.Delim('{') {
		return nil, false
	}
	m := members{}
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

// text returns a member that is a text, "" where there is none, and whether it is no other
// value.
func (m members) text(name string) (text string, ok bool) {
	raw, there := m[name]
	if !there {
		return "", true
	}
	return text, raw[0] == '"' && json.Unmarshal(raw, &text) == nil
}

// list returns a member that is a list of texts, whether there is one, and whether it is no
// other value.
func (m members) list(name string) (texts []string, there, ok bool) {
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
