// Package images builds images with buildah, without a daemon or a registry, as
// archives that a container runtime imports.
package images
