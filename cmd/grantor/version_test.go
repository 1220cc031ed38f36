package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

func TestVersion(t *testing.T) {
	code, stdout, stderr := run(t, "version")
	want := regexp.MustCompile(`^grantor \S+\ncommit: \S+\ngo: ` + regexp.QuoteMeta(runtime.Version()) + `\nplatform: ` + runtime.GOOS + "/" + runtime.GOARCH + `\n$`)
	if code != 0 || stderr != "" || !want.MatchString(stdout) {
		t.Errorf("exit code %d, %q, %q", code, stdout, stderr)
	}
	code, stdout, stderr = run(t, "version", "--output", "json")
	var info map[string]string
	if err := json.Unmarshal([]byte(stdout), &info); err != nil || code != 0 || stderr != "" {
		t.Fatalf("exit code %d, %v, %q, %q", code, err, stdout, stderr)
	}
	if len(info) != 4 || info["version"] == "" || info["commit"] == "" || info["go"] != runtime.Version() || info["platform"] != runtime.GOOS+"/"+runtime.GOARCH {
		t.Errorf("it prints %v", info)
	}
}

// TestVersionOfTheImage builds the program with the flags of the Dockerfile.
func TestVersionOfTheImage(t *testing.T) {
	t.Parallel()
	dockerfile, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	flags := regexp.MustCompile(`-ldflags="(.*)" -o /grantor `).FindSubmatch(dockerfile)
	if flags == nil {
		t.Fatal("the Dockerfile builds the program otherwise")
	}
	linker := strings.NewReplacer("$VERSION", "v1.2.3-test", "$REVISION", "0123abc").Replace(string(flags[1]))
	program := filepath.Join(t.TempDir(), "grantor")
	build := exec.Command("go", "build", "-trimpath", "-ldflags="+linker, "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly -buildvcs=false", "GOWORK=off")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	output, err := exec.Command(program, "version").Output()
	if err != nil || !strings.HasPrefix(string(output), "grantor v1.2.3-test\ncommit: 0123abc\n") {
		t.Errorf("%v, it prints %q", err, output)
	}
}
