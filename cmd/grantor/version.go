package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version and revision are set when a release is built:
// -ldflags="-X main.version=v1.2.3 -X main.revision=COMMIT".
var version, revision string

// buildInfo is what a program is made from.
type buildInfo struct {
	Version  string `json:"version"`
	Commit   string `json:"commit"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func versionCommand() *cobra.Command {
	output := ""
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print version, commit, Go version and platform",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return printVersion(cmd.OutOrStdout(), output)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "text", "how to print it: text or json")
	return cmd
}

func printVersion(w io.Writer, output string) error {
	info := built()
	switch output {
	case "text":
		_, err := fmt.Fprintf(w, "grantor %s\ncommit: %s\ngo: %s\nplatform: %s\n", info.Version, info.Commit, info.Go, info.Platform)
		return err
	case "json":
		return json.NewEncoder(w).Encode(info)
	}
	return usage(fmt.Errorf("--output %q is not text or json", output))
}

// built says what the builder said, else what Go recorded of a checkout or a module.
func built() buildInfo {
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
	return buildInfo{
		Version: cmp.Or(version, module, "dev"), Commit: cmp.Or(revision, commit, "unknown"),
		Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
}
