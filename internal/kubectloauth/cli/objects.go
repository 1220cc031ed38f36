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
	text, err := encode(value)
	if err != nil {
		return err
	}
	return escape(w, text, func(r rune) string {
		if r > 0xffff {
			high, low := utf16.EncodeRune(r)
			return fmt.Sprintf(`\u%04x\u%04x`, high, low)
		}
		return fmt.Sprintf(`\u%04x`, r)
	})
}

// YAML writes a value. One with characters that a terminal could take for a command is
// written in the style of JSON, which can escape all of them (YAML 1.2 section 5.7).
func YAML(w io.Writer, value any) error {
	text, err := encode(value)
	if err != nil {
		return err
	}
	if bytes.Contains(text, []byte(`\u`)) || bytes.ContainsFunc(text, hidden) {
		return escape(w, text, func(r rune) string {
			if r > 0xffff {
				return fmt.Sprintf(`\U%08x`, r)
			}
			return fmt.Sprintf(`\u%04x`, r)
		})
	}
	if text, err = yaml.JSONToYAML(text); err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// encode returns a value as JSON that people can read.
func encode(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "    ")
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return text.Bytes(), err
}

// hidden are the characters that cannot be seen.
func hidden(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }

// escape writes JSON with what cannot be seen written in another way.
func escape(w io.Writer, text []byte, as func(rune) string) error {
	var out bytes.Buffer
	for _, r := range string(text) {
		if hidden(r) {
			out.WriteString(as(r))
		} else {
			out.WriteRune(r)
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}
