// Package workloads says whose tokens a client may present: workloads elsewhere, which a trusted
// issuer of its server names, ServiceAccounts, and other clients.
//
// It owns what an OAuthClient names, as values that the server looks tokens up in. It does not own
// what a client is allowed to name (internal/clientspec), nor how a token is verified
// (server/clientauth, server/token/exchange).
package workloads
