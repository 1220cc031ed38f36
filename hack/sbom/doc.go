// Command sbom writes what a Go program is made of, as SPDX 2.3 in JSON: the
// modules that are linked into the binary, as the binary itself says.
package main
