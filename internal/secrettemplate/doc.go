// Package secrettemplate evaluates the templates of spec.secret.template.data.
//
// It owns their language, a part of text/template that always ends soon and in
// little memory: no loops, no definitions, few functions, a budget of bytes. It also
// owns which labels and annotations a template may set. It does not own the values
// that templates see nor the Secret that they end up in
// (controllers/oauthclient/manifest).
package secrettemplate
