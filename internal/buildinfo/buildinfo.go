package buildinfo

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

// ErrOutput is returned for an output that Print does not have.
var ErrOutput = errors.New("is not text or json")

// Info is what a program was built from.
type Info struct {
	Version  string `json:"version"`
	Commit   string `json:"commit"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// Read returns what the builder stated, otherwise what Go recorded of a checkout or a
// module.
func Read(version, revision string) Info {
	module, commit := "", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		module = info.Main.Version
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				commit = setting.Value
			}
		}
	}
	if module == "(devel)" {
		module = ""
	}
	return Info{
		Version: cmp.Or(version, module, "dev"), Commit: cmp.Or(revision, commit, "unknown"),
		Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
}

// Print writes i for a program, as text or as JSON.
func (i Info) Print(w io.Writer, program, output string) error {
	switch output {
	case "text":
		_, err := fmt.Fprintf(w, "%s %s\ncommit: %s\ngo: %s\nplatform: %s\n", program, i.Version, i.Commit, i.Go, i.Platform)
		return err
	case "json":
		return json.NewEncoder(w).Encode(i)
	}
	return fmt.Errorf("--output %q %w", output, ErrOutput)
}
