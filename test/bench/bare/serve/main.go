// Command serve serves the bare handler as a process of its own.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"

	"github.com/grantor-dev/grantor/test/bench/bare"
)

func main() {
	listen := flag.String("listen", "", "`address` to listen on")
	file := flag.String("config", "", "JSON `file` with issuer and clients")
	flag.Parse()
	if err := serve(*listen, *file); err != nil {
		fmt.Fprintln(os.Stderr, "bare: "+err.Error())
		os.Exit(1)
	}
}

func serve(listen, file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var config bare.Config
	if err := json.Unmarshal(content, &config); err != nil {
		return fmt.Errorf("decode %s: %w", file, err)
	}
	handler, err := bare.New(config)
	if err != nil {
		return err
	}
	return http.ListenAndServe(listen, handler)
}
