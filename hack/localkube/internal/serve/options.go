package serve

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"path/filepath"
)

const usage = `usage: localkube serve --dir DIR --kubeconfig FILE [flags]

Runs etcd, kube-apiserver and the controllers an API relies on, in the
foreground, on one port.

  --dir DIR          state directory, new, empty or of an earlier run
  --kubeconfig FILE  admin kubeconfig, written when everything is ready
  --address IP       where the API server listens (127.0.0.1); nodes need one
                     that Pods can reach
  --port N           port (0: the last one or a free one)
  --ephemeral        state is deleted at exit, and exit follows the parent's
  --store DIR        a new state begins with a copy of this store, which is the
                     folder etcd of a state directory that is not in use
  --audit-log FILE   one JSON line per request, without bodies
  --authentication-config FILE
                     whose ID tokens the API server accepts, as the flag of
                     kube-apiserver; read again when it changes
  -v N               log verbosity
`

// Options is the command line. Names of files are absolute.
type Options struct {
	Dir        string
	Kubeconfig string
	Address    net.IP
	Port       int
	Ephemeral  bool
	// Store is the folder that a new store is a copy of; empty begins with none.
	Store    string
	AuditLog string
	// Authentication is the file of --authentication-config.
	Authentication string
	Verbosity      int
}

// ParseOptions understands the command line; flag.ErrHelp asks for the usage.
func ParseOptions(args []string) (Options, error) {
	var o Options
	set := flag.NewFlagSet("serve", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&o.Dir, "dir", "", "")
	set.StringVar(&o.Kubeconfig, "kubeconfig", "", "")
	set.TextVar(&o.Address, "address", net.IPv4(127, 0, 0, 1), "")
	set.IntVar(&o.Port, "port", 0, "")
	set.BoolVar(&o.Ephemeral, "ephemeral", false, "")
	set.StringVar(&o.Store, "store", "", "")
	set.StringVar(&o.AuditLog, "audit-log", "", "")
	set.StringVar(&o.Authentication, "authentication-config", "", "")
	set.IntVar(&o.Verbosity, "v", 0, "")
	if err := set.Parse(args); err != nil {
		return Options{}, err
	}
	switch {
	case set.NArg() > 0:
		return Options{}, fmt.Errorf("unexpected argument %q", set.Arg(0))
	case o.Dir == "":
		return Options{}, errors.New("--dir is required")
	case o.Kubeconfig == "":
		return Options{}, errors.New("--kubeconfig is required")
	case o.Address.To4() == nil:
		return Options{}, fmt.Errorf("--address %s is not an address of IPv4", o.Address)
	case o.Port < 0 || o.Port > 65535:
		return Options{}, fmt.Errorf("--port %d is not a port", o.Port)
	}
	return o, o.makeAbsolute()
}

// makeAbsolute is needed because the process changes its working directory.
func (o *Options) makeAbsolute() error {
	for _, name := range []*string{&o.Dir, &o.Kubeconfig, &o.Store, &o.AuditLog, &o.Authentication} {
		if *name == "" {
			continue
		}
		absolute, err := filepath.Abs(*name)
		if err != nil {
			return err
		}
		*name = absolute
	}
	return nil
}
