package main

import (
	"os/exec"
	"strings"
	"testing"
)

func TestCompletion(t *testing.T) {
	for shell, says := range map[string]string{
		"bash": "complete -o default", "zsh": "#compdef grantor", "fish": "complete -c grantor", "powershell": "Register-ArgumentCompleter",
	} {
		t.Run(shell, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := run(t, "completion", shell)
			if code != 0 || stderr != "" || !strings.Contains(stdout, says) {
				t.Errorf("exit code %d, stderr %q, stdout:\n%s", code, stderr, stdout)
			}
		})
	}
}

// A shell takes the script of bash as it is printed.
func TestCompletionIsAScript(t *testing.T) {
	_, script, _ := run(t, "completion", "bash")
	shell := exec.Command("bash", "-n")
	shell.Stdin = strings.NewReader(script)
	if output, err := shell.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}

// What the scripts ask: the last line says whether the shell may offer files.
func TestWhatIsCompleted(t *testing.T) {
	const files, noFiles = ":0\n", ":4\n"
	for name, test := range map[string]struct {
		args []string
		says string
		ends string
	}{
		"commands":            {[]string{"ve"}, "version\t", noFiles},
		"flags":               {[]string{"server", "--log"}, "--log-level\t", noFiles},
		"levels":              {[]string{"operator", "--log-level", "d"}, "debug\n", noFiles},
		"formats":             {[]string{"version", "--output", "j"}, "json\n", noFiles},
		"a kubeconfig":        {[]string{"server", "--kubeconfig", ""}, "", files},
		"a certificate":       {[]string{"server", "--tls-cert-file", ""}, "", files},
		"a directory":         {[]string{"check", "--client-secret-dir", ""}, "", files},
		"manifests":           {[]string{"import", ""}, "", files},
		"a name":              {[]string{"server", "--server-name", ""}, "", noFiles},
		"nothing to complete": {[]string{"server", ""}, "", noFiles},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, stdout, _ := run(t, append([]string{"__complete"}, test.args...)...)
			if code != 0 || !strings.Contains(stdout, test.says) || !strings.HasSuffix(stdout, test.ends) {
				t.Errorf("exit code %d, %q", code, stdout)
			}
		})
	}
}
