package environment

import "path/filepath"

// Layout says where things lie in a checkout.
type Layout struct{ Root string }

func (l Layout) local(elements ...string) string {
	return filepath.Join(append([]string{l.Root, ".local"}, elements...)...)
}

// Binary returns the path of a program.
func (l Layout) Binary(name string) string { return l.local("bin", name) }

// Log returns the path of a program's log file.
func (l Layout) Log(name string) string { return l.local("logs", name+".log") }

// EnvFile is what scripts source.
func (l Layout) EnvFile() string { return l.local("env") }

// kube is the state of the cluster, and what gives access to it.
func (l Layout) kube(elements ...string) string {
	return l.local(append([]string{"kube"}, elements...)...)
}

// run is what one command remembers for the next.
func (l Layout) run(elements ...string) string {
	return l.local(append([]string{"run"}, elements...)...)
}

// Relative shortens a path in the checkout for a person who stands in it.
func (l Layout) Relative(path string) string {
	if short, err := filepath.Rel(l.Root, path); err == nil && filepath.IsLocal(short) {
		return short
	}
	return path
}
