package documents

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"

	yamlutil "k8s.io/apimachinery/pkg/util/yaml"
)

// Input is a text.
type Input struct {
	// Name is what errors call it.
	Name    string
	Content []byte
}

// Each calls take with each document of the input, until one is refused. The error says
// which one that is.
func (i Input) Each(take func(document []byte) error) error {
	reader := yamlutil.NewYAMLReader(bufio.NewReader(bytes.NewReader(i.Content)))
	for n := 1; ; n++ {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = take(document)
		}
		if err != nil {
			return fmt.Errorf("%s, document %d: %w", i.Name, n, err)
		}
	}
}

var lineNumber = regexp.MustCompile(`\bline ([0-9]+)`)

// Unreadable is what may be told of the error of a decoder, which may quote a secret.
func Unreadable(err error) error {
	if match := lineNumber.FindStringSubmatch(err.Error()); match != nil {
		return fmt.Errorf("it is not YAML, or says something twice, near line %s", match[1])
	}
	return errors.New("it is not YAML, or says something twice")
}
