// Command image builds Grantor's image with buildah, as an archive that
// `docker load`, `podman load` and container runtimes read, and writes the list
// of what it is made of beside it. It needs root and Debian's buildah; with
// Docker, `docker build .` does the same.
package main
