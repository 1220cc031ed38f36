package state

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// CopyNew makes an entry of the directory a copy of a folder, unless it is there already.
func (d *Dir) CopyNew(entry, from string) error {
	if d.has(entry) {
		return nil
	}
	to := d.Path(entry)
	return filepath.WalkDir(from, func(path string, file fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		switch target := filepath.Join(to, name); {
		case err != nil:
			return err
		case file.IsDir():
			return os.MkdirAll(target, 0o700)
		default:
			return copySparse(target, path)
		}
	})
}

// copySparse leaves holes where there are zeros: most of what etcd keeps is room for what
// is to come.
func copySparse(to, from string) (err error) {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	size := int64(0)
	block, zeros := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		n, err := io.ReadFull(source, block)
		if n > 0 && !bytes.Equal(block[:n], zeros[:n]) {
			if _, err := target.WriteAt(block[:n], size); err != nil {
				return err
			}
		}
		size += int64(n)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return target.Truncate(size)
		case err != nil:
			return err
		}
	}
}
