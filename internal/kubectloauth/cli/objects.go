package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"

	"sigs.k8s.io/yaml"
)

// JSON writes a value. What a terminal could take for a command is escaped (RFC 8259
// section 7).
func JSON(w io.Writer, value any) error {
	text, err := escaped(value)
	if err == nil {
		_, err = w.Write(text)
	}
	return err
}

// YAML writes a value. One with characters that a terminal could take for a command is
// written as JSON, which is YAML, too, and escapes them.
func YAML(w io.Writer, value any) error {
	text, err := yaml.Marshal(value)
	if err != nil {
		return err
	}
	if bytes.ContainsFunc(text, hidden) {
		return JSON(w, value)
	}
	_, err = w.Write(text)
	return err
}

// hidden are the characters that cannot be seen.
func hidden(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }

func escaped(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "    ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, r := range text.String() {
		switch high, low := utf16.EncodeRune(r); {
		case !hidden(r):
			out.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.Bytes(), nil
}
