package images

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// File returns the content of a file in the image that an archive holds.
func File(archive, name string) ([]byte, error) {
	var content []byte
	err := eachLayer(archive, func(layer *tar.Reader) error {
		return eachEntry(layer, func(header *tar.Header, body io.Reader) (err error) {
			if strings.TrimPrefix(header.Name, "./") == name {
				content, err = io.ReadAll(body)
			}
			return err
		})
	})
	if err == nil && content == nil {
		err = errors.New("there is none")
	}
	if err != nil {
		return nil, fmt.Errorf("read %s of the image in %s: %w", name, archive, err)
	}
	return content, nil
}

// Settings are those of an image.
type Settings struct {
	User   string            `json:"User"`
	Labels map[string]string `json:"Labels"`
}

// Config returns the settings of the image that an archive holds.
func Config(archive string) (Settings, error) {
	var found struct {
		Config Settings `json:"config"`
	}
	err := eachFile(archive, func(header *tar.Header, body io.Reader) error {
		if strings.HasSuffix(header.Name, ".json") && header.Name != "manifest.json" {
			return json.NewDecoder(body).Decode(&found)
		}
		return nil
	})
	if err != nil {
		return Settings{}, fmt.Errorf("read the settings of the image in %s: %w", archive, err)
	}
	return found.Config, nil
}

// Size returns how many bytes the files of the image have.
func Size(archive string) (int64, error) {
	var size int64
	err := eachLayer(archive, func(layer *tar.Reader) error {
		return eachEntry(layer, func(header *tar.Header, _ io.Reader) error {
			size += header.Size
			return nil
		})
	})
	if err != nil {
		return 0, fmt.Errorf("measure the image in %s: %w", archive, err)
	}
	return size, nil
}

// eachLayer reads the layers of an archive, which are archives in it.
func eachLayer(archive string, read func(*tar.Reader) error) error {
	return eachFile(archive, func(header *tar.Header, body io.Reader) error {
		if header.Typeflag != tar.TypeReg || !strings.HasSuffix(header.Name, ".tar") {
			return nil
		}
		return read(tar.NewReader(body))
	})
}

func eachFile(archive string, read func(*tar.Header, io.Reader) error) error {
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return eachEntry(tar.NewReader(file), read)
}

func eachEntry(archive *tar.Reader, read func(*tar.Header, io.Reader) error) error {
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := read(header, archive); err != nil {
			return err
		}
	}
}
