//go:build linux

package inside

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// layered are directories of the machine below which a program writes that cannot
// be told otherwise. The node reads what is there and writes elsewhere.
var layered = []string{"/var/lib", "/var/log"}

// Private returns the directories whose files the node keeps to itself.
func Private() []string { return append([]string{"/run"}, layered...) }

// kernelSettings are what the kubelet sets for the whole machine. It leaves
// alone what is right already, so it finds files of ours there.
var kernelSettings = map[string]string{
	"/proc/sys/vm/overcommit_memory":      "1",
	"/proc/sys/vm/panic_on_oom":           "0",
	"/proc/sys/kernel/panic":              "10",
	"/proc/sys/kernel/panic_on_oops":      "1",
	"/proc/sys/kernel/keys/root_maxkeys":  "1000000",
	"/proc/sys/kernel/keys/root_maxbytes": "25000000",
}

// mount makes the mount namespace the node's own. Nothing of it is seen outside.
func mount() error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := syscall.Mount("proc", "/proc", "proc", syscall.MS_NOSUID|syscall.MS_NODEV|syscall.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	if err := syscall.Mount("tmpfs", "/run", "tmpfs", 0, "mode=0755"); err != nil {
		return fmt.Errorf("mount over /run: %w", err)
	}
	for _, directory := range layered {
		if err := layer(directory); err != nil {
			return err
		}
	}
	for _, directory := range []string{"kernel", "cni"} {
		if err := os.MkdirAll(filepath.Join(Home, directory), 0o700); err != nil {
			return fmt.Errorf("make a directory: %w", err)
		}
	}
	// The kubelet wants to be told of mounts below its directory.
	if err := syscall.Mount("", "/run", "", syscall.MS_REC|syscall.MS_SHARED, ""); err != nil {
		return fmt.Errorf("share mounts inside: %w", err)
	}
	return pretendSettings()
}

// layer puts a layer in memory over a directory.
func layer(directory string) error {
	upper := filepath.Join(Home, "layers", directory)
	work := upper + ".work"
	for _, made := range []string{upper, work} {
		if err := os.MkdirAll(made, 0o755); err != nil {
			return fmt.Errorf("make a layer: %w", err)
		}
	}
	options := "lowerdir=" + directory + ",upperdir=" + upper + ",workdir=" + work
	if err := syscall.Mount("overlay", directory, "overlay", 0, options); err != nil {
		return fmt.Errorf("mount over %s: %w", directory, err)
	}
	return nil
}

func pretendSettings() error {
	for name, value := range kernelSettings {
		file := filepath.Join(Home, "kernel", filepath.Base(name))
		if err := os.WriteFile(file, []byte(value+"\n"), 0o600); err != nil {
			return fmt.Errorf("write a setting: %w", err)
		}
		if err := syscall.Mount(file, name, "", syscall.MS_BIND, ""); err != nil {
			return fmt.Errorf("mount over %s: %w", name, err)
		}
	}
	return nil
}
