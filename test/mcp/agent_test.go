package mcp

import (
	"bufio"
	"encoding/json"
	"io"
	"maps"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/test/nodejs"
)

// redirect is where a program on the user's computer waits for the answer.
const redirect = "http://127.0.0.1:49152/callback"

// agent is a program that uses the SDK: typescript-sdk/client.mjs.
type agent struct {
	input  io.Writer
	output *bufio.Scanner
}

// result is what a step of the agent led to.
type result struct {
	AuthorizationURL, ClientID, Text, Error string

	Tokens struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
		Scope   string
	}
	// Visited is what was sent where: "GET https://... 200".
	Visited []string
}

// newAgent starts the program. Its client ID is the URL of its metadata document or, if there
// is none, what it gets by registration.
func newAgent(t testing.TB, documentURL string) agent {
	t.Helper()
	command := exec.CommandContext(t.Context(), "node", "--import", "./hosts.mjs", "client.mjs")
	command.Dir = nodejs.Installed(t, sdk)
	command.Env = append(os.Environ(), "NODE_EXTRA_CA_CERTS="+authority.caFile, "REDIRECT_URI="+redirect)
	if documentURL != "" {
		command.Env = append(command.Env, "CLIENT_METADATA_URL="+documentURL)
	}
	var said strings.Builder
	command.Stderr = &said
	input, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = input.Close()
		if _ = command.Wait(); t.Failed() {
			t.Logf("the client said:\n%s", &said)
		}
	})
	lines := bufio.NewScanner(output)
	lines.Buffer(nil, 1<<20)
	return agent{input, lines}
}

// try takes a step, which may fail.
func (a agent) try(t testing.TB, step string, more map[string]any) result {
	t.Helper()
	input := map[string]any{"step": step}
	maps.Copy(input, more)
	if err := json.NewEncoder(a.input).Encode(input); err != nil {
		t.Fatal(err)
	}
	if !a.output.Scan() {
		t.Fatalf("no answer to %s: %v", step, a.output.Err())
	}
	var r result
	if err := json.Unmarshal(a.output.Bytes(), &r); err != nil {
		t.Fatalf("%s answered %s: %v", step, a.output.Bytes(), err)
	}
	return r
}

// does takes a step.
func (a agent) does(t testing.TB, step string, more map[string]any) result {
	t.Helper()
	r := a.try(t, step, more)
	if r.Error != "" {
		t.Fatalf("%s: %s, after %q", step, r.Error, r.Visited)
	}
	return r
}
