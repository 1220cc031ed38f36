package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// roles are what the program can be.
var roles = map[string]func(ctx context.Context, args []string) error{
	"api":  serveAPI,
	"call": call,
	"load": load,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(os.Args) < 2 || roles[os.Args[1]] == nil {
		var names []string
		for name := range roles {
			names = append(names, name)
		}
		slices.Sort(names)
		fmt.Fprintf(os.Stderr, "usage: app %s\n", strings.Join(names, "|"))
		os.Exit(2)
	}
	if err := roles[os.Args[1]](ctx, os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "app:", err)
		os.Exit(1)
	}
}
