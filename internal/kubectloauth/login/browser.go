package login

import (
	"context"
	"errors"
	"os/exec"
	"runtime"
)

// browse opens a URL in the browser of the user, which goes on when the command ends.
func browse(ctx context.Context, to string) error {
	command := map[string][]string{
		"darwin":  {"open"},
		"windows": {"rundll32", "url.dll,FileProtocolHandler"},
	}[runtime.GOOS]
	if command == nil {
		command = []string{"xdg-open"}
	}
	path, err := exec.LookPath(command[0])
	if err != nil {
		return errors.New("there is no browser")
	}
	return exec.CommandContext(context.WithoutCancel(ctx), path, append(command[1:], to)...).Start() //nolint:gosec // one of three programs, with a URL that begins with an endpoint of the issuer
}
