package slapd

import (
	"context"
	_ "embed"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/debian"
	"github.com/grantor-dev/grantor/test/installation"
)

const program = "/usr/sbin/slapd"

// Names and passwords of the directory.
const (
	Suffix         = "dc=example,dc=com"
	People         = "ou=people," + Suffix
	Groups         = "ou=groups," + Suffix
	Reader         = "cn=reader," + Suffix
	ReaderPassword = "reader-password"
	admin          = "cn=admin," + Suffix
	adminPassword  = "admin-password"
)

var (
	//go:embed slapd.conf
	configuration string
	//go:embed entries.ldif
	entries string
)

// Directory is a running slapd.
type Directory struct {
	// Plain and Encrypted are its URLs: the first one offers StartTLS.
	Plain, Encrypted string
	// CA is the authority of its certificate.
	CA *devenv.CA

	dir     string
	running *devenv.Program
}

// Start runs a slapd with the entries of this package until the test ends. Its certificate is
// the one that is given, or one of an authority of its own.
func Start(t testing.TB, certificate ...*devenv.CA) *Directory {
	t.Helper()
	debian.Ensure(t, debian.Need{What: "slapd", Packages: []string{"slapd"}, Files: []string{program, "/usr/lib/ldap/memberof.la"}})
	dir, err := os.MkdirTemp("", "grantor-test-slapd-") //nolint:usetesting // names of tests make paths too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	var ca *devenv.CA
	if len(certificate) > 0 {
		ca = certificate[0]
	} else if ca, err = devenv.GenerateCA(dir); err != nil {
		t.Fatal(err)
	}
	d := &Directory{
		CA: ca, dir: dir, Plain: "ldap://" + devenv.Loopback(installation.FreePort(t)), Encrypted: "ldaps://" + devenv.Loopback(installation.FreePort(t)),
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("slapd.conf", strings.NewReplacer("@dir@", dir, "@certificate@", ca.CertFile, "@key@", ca.KeyFile).Replace(configuration))
	write("entries.ldif", entries)
	if err := os.Mkdir(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	add := exec.CommandContext(t.Context(), "/usr/sbin/slapadd", "-f", filepath.Join(dir, "slapd.conf"), "-l", filepath.Join(dir, "entries.ldif"))
	if output, err := add.CombinedOutput(); err != nil {
		t.Fatalf("slapadd: %v\n%s", err, output)
	}
	d.Run(t)
	t.Cleanup(func() { d.Stop(t) })
	return d
}

// Run runs the server, and waits until it answers.
func (d *Directory) Run(t testing.TB) {
	t.Helper()
	var err error
	log := filepath.Join(d.dir, "log")
	d.running, err = devenv.LaunchProgram(devenv.ProgramOptions{
		Name: "slapd", Binary: program, Args: []string{"-f", filepath.Join(d.dir, "slapd.conf"), "-h", d.Plain + " " + d.Encrypted, "-d", "256"}, LogFile: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, time.Minute, func() bool {
		connection, err := net.DialTimeout("tcp", strings.TrimPrefix(d.Encrypted, "ldaps://"), time.Second)
		return err == nil && connection.Close() == nil
	}, func() string {
		text, _ := os.ReadFile(log)
		return "slapd that answers: " + string(text)
	})
}

// Stop ends the server. It can be run again.
func (d *Directory) Stop(t testing.TB) {
	t.Helper()
	if err := d.running.Stop(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
}

// Freeze makes the server answer nothing until thaw is called.
func (d *Directory) Freeze(t testing.TB) (thaw func()) {
	t.Helper()
	return freeze(t, d.running)
}

// Log returns what the server did, in its own words: operations and their results.
func (d *Directory) Log(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(d.dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
