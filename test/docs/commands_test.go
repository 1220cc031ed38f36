package docs

import (
	"os"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

var shared = installation.Shared{Servers: 1}

func TestMain(m *testing.M) { os.Exit(shared.Run(m)) }

// TestCommands copies every command of every page.
func TestCommands(t *testing.T) {
	known := map[string]bool{}
	for _, page := range Pages(t) {
		all := Blocks(t, page)
		for _, b := range all {
			known[b.Page], known[b.name()] = true, true
		}
		if len(here(all)) == 0 {
			continue
		}
		t.Run(page, func(t *testing.T) { readers[page].read(t, here(all)) })
	}
	for name := range elsewhere {
		if !known[name] {
			t.Errorf("there is no %q with commands any more", name)
		}
	}
	for page := range readers {
		if !known[page] {
			t.Errorf("page %s has no commands any more", page)
		}
	}
}

// here returns the blocks that run on a shared Grantor.
func here(all []Block) []Block {
	var list []Block
	for _, b := range all {
		if elsewhere[b.Page] == "" && elsewhere[b.name()] == "" {
			list = append(list, b)
		}
	}
	return list
}

func (r reader) read(t *testing.T, page []Block) {
	g := shared.Grantor(t)
	if r.meanwhile != nil {
		r.meanwhile(t, g)
	}
	shell := newShell(t, g.Kube.Kubeconfig, "ISSUER="+g.Issuer)
	shell.input = r.input
	t.Cleanup(func() { shell.run(t, Block{Text: r.tidy}) })
	var all []Block
	for _, earlier := range r.after {
		all = append(all, here(Blocks(t, earlier))...)
	}
	all = append(all, Block{Page: "meanwhile", Text: r.before})
	output := shell.run(t, append(all, page...)...)
	for _, text := range r.says {
		if !strings.Contains(output, text) {
			t.Errorf("no %q in:\n%s", text, output)
		}
	}
}
