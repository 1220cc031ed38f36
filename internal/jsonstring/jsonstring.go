package jsonstring

import (
	"bytes"
	"encoding/json"
)

// Append appends text as a JSON string. Bytes that are no UTF-8 become U+FFFD, as with
// encoding/json; the characters of HTML stay as they are.
func Append(b []byte, text string) []byte {
	for i := range len(text) {
		// Nearly all strings are plain ASCII.
		if c := text[i]; c < 0x20 || c > 0x7e || c == '"' || c == '\\' {
			return appendEscaped(b, text)
		}
	}
	return append(append(append(b, '"'), text...), '"')
}

func appendEscaped(b []byte, text string) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	// A string can always be encoded.
	_ = encoder.Encode(text)
	return append(b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
}
