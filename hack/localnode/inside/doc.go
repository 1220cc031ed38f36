// Package inside is the first process of a node: it has namespaces of its own
// for mounts, processes and the network, prepares them, and starts what a node
// runs. All of it ends with that process, and the kernel takes away what it
// mounted, wrote below /run and connected.
//
// It owns the configuration of each program and the order of their start. It
// knows nothing of the machine outside but the files that it is given; cgroups,
// which outlive every process, belong to package outside.
package inside
