// Package debian fails the test that needs programs of Debian which cannot be
// installed; hack/debian installs them.
package debian
