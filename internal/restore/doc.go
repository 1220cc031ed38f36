// Package restore turns a backup, which is what kubectl get -o yaml printed, into
// manifests for another cluster: the objects without what only the old cluster gave
// them, in the order in which they are applied, and so marked that the operator takes
// client Secrets over and people stay who they are.
//
// It reads and writes text and knows no cluster. What becomes of a client Secret is
// decided by controllers/oauthclient/secret. No sentence of it contains a value from a
// Secret.
package restore
