package secrettemplate

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"text/template"
)

var errTooMuch = errors.New("the result is too large")

// budget bounds what all templates of a Secret make, on the way and in the end: each
// function could double its input again and again.
type budget struct{ left int }

func (b *budget) take(n int) error {
	if b.left -= n; b.left < 0 {
		return errTooMuch
	}
	return nil
}

func (b *budget) give(s string) (string, error) { return s, b.take(len(s)) }

func (b *budget) functions() template.FuncMap {
	return template.FuncMap{
		"b64enc":   func(s string) (string, error) { return b.give(base64.StdEncoding.EncodeToString([]byte(s))) },
		"urlquery": func(s string) (string, error) { return b.give(url.QueryEscape(s)) },
		"quote":    func(s string) (string, error) { return b.give(strconv.Quote(s)) },
		"join":     func(list []string, separator string) (string, error) { return b.give(strings.Join(list, separator)) },
		"toJson": func(v any) (string, error) {
			text, err := encode(v)
			if err != nil {
				return "", err
			}
			return b.give(text)
		},
	}
}

// encode returns v as JSON, with the characters of URLs as they are.
func encode(v any) (string, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return "", errors.New("the value has no JSON")
	}
	return strings.TrimSuffix(out.String(), "\n"), nil
}

// counted writes within the budget.
type counted struct {
	to     *bytes.Buffer
	budget *budget
}

// Write implements io.Writer.
func (c *counted) Write(p []byte) (int, error) {
	if err := c.budget.take(len(p)); err != nil {
		return 0, err
	}
	return c.to.Write(p)
}
