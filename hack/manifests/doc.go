// Command manifests renders a kustomization of config/ as one YAML file, for those
// who install with kubectl alone.
package main
