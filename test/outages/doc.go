// Package outages tests Grantor against what happens to a whole cluster: an API server that
// restarts or is away, an etcd that is full or set back, custom resources and roles that are
// removed. Its tests take minutes and have the build tag faults; make faults runs them.
package outages
