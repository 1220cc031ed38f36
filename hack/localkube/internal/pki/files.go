package pki

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
)

// Files names the key material inside one directory. Every name is absolute.
type Files struct {
	CA                 string // certificate of the authority for servers and clients
	ServerCert         string
	ServerKey          string
	AdminCert          string // user localkube-admin in system:masters
	AdminKey           string
	ControllersCert    string // user system:kube-controller-manager in system:masters
	ControllersKey     string
	ServiceAccountsKey string // RSA, because many verifiers accept RS256 only
}

// Ensure returns the key material in dir, and makes it first if dir is absent.
// The API server can be reached at these addresses beside loopback.
func Ensure(dir string, addresses ...net.IP) (Files, error) {
	if _, err := os.Stat(dir); err == nil {
		return filesIn(dir), nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return Files{}, fmt.Errorf("look for key material: %w", err)
	}

	// A start that is killed halfway must not leave half a set behind, so the
	// set gets its name only when it is complete.
	draft := dir + ".draft"
	if err := os.RemoveAll(draft); err != nil {
		return Files{}, fmt.Errorf("remove unfinished key material: %w", err)
	}
	if err := os.Mkdir(draft, 0o700); err != nil {
		return Files{}, fmt.Errorf("make key material directory: %w", err)
	}
	if err := generate(filesIn(draft), addresses); err != nil {
		return Files{}, fmt.Errorf("generate key material: %w", err)
	}
	if err := os.Rename(draft, dir); err != nil {
		return Files{}, fmt.Errorf("keep key material: %w", err)
	}
	return filesIn(dir), nil
}

func filesIn(dir string) Files {
	in := func(name string) string { return filepath.Join(dir, name) }
	return Files{
		CA:                 in("ca.crt"),
		ServerCert:         in("apiserver.crt"),
		ServerKey:          in("apiserver.key"),
		AdminCert:          in("admin.crt"),
		AdminKey:           in("admin.key"),
		ControllersCert:    in("controllers.crt"),
		ControllersKey:     in("controllers.key"),
		ServiceAccountsKey: in("service-accounts.key"),
	}
}
