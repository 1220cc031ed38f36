package kubeconfig

import (
	"os"
	"path/filepath"
	"testing"

	"k8s.io/client-go/tools/clientcmd"
)

func TestWriteEmbedsEverything(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	config, err := New(Credentials{
		Server: "https://127.0.0.1:1", CA: file("ca"), Cert: file("cert"), Key: file("key"),
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "new", "kubeconfig")
	if err := Clear(path); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, config); err != nil {
		t.Fatal(err)
	}

	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, error %v", info.Mode(), err)
	}
	client, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		t.Fatal(err)
	}
	if client.Host != "https://127.0.0.1:1" || string(client.CAData) != "ca" ||
		string(client.CertData) != "cert" || string(client.KeyData) != "key" {
		t.Errorf("read back %+v", client)
	}

	if err := Clear(path); err != nil {
		t.Errorf("clear own file: %v", err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("own file is still there: %v", err)
	}
}

func TestClearSparesForeignFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(path, []byte("current-context: production\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Clear(path); err == nil {
		t.Error("a foreign kubeconfig may be overwritten")
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}
