package serve

import (
	"errors"
	"flag"
	"path/filepath"
	"strings"
	"testing"
)

func TestParseOptions(t *testing.T) {
	t.Chdir(t.TempDir())
	o, err := ParseOptions([]string{"--dir", "d", "--kubeconfig=k", "--port", "7", "--ephemeral", "--store", "s", "-v", "2"})
	if err != nil {
		t.Fatal(err)
	}
	if !filepath.IsAbs(o.Dir) || !filepath.IsAbs(o.Kubeconfig) || !filepath.IsAbs(o.Store) || o.AuditLog != "" {
		t.Errorf("names of files are not absolute or not empty: %+v", o)
	}
	if o.Port != 7 || !o.Ephemeral || o.Verbosity != 2 {
		t.Errorf("flags are lost: %+v", o)
	}
}

func TestParseOptionsRefuses(t *testing.T) {
	for name, args := range map[string]string{
		"no directory":        "--kubeconfig k",
		"no kubeconfig":       "--dir d",
		"an unknown flag":     "--dir d --kubeconfig k --bogus",
		"an argument":         "--dir d --kubeconfig k more",
		"a port that is none": "--dir d --kubeconfig k --port 65536",
		"a negative port":     "--dir d --kubeconfig k --port -1",
		"no address":          "--dir d --kubeconfig k --address here",
		"IPv6":                "--dir d --kubeconfig k --address ::1",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseOptions(strings.Fields(args))
			if err == nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("want one line of error, got %v", err)
			}
		})
	}
	if _, err := ParseOptions([]string{"--help"}); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("--help: got %v", err)
	}
}
