// Package values reads fields of untyped input, and sets fields and names of manifests. It
// knows neither Dex nor Hydra.
package values
