package clientdocuments

import (
	"regexp"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/internal/publickeys"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/jwksets"
)

// Limits of what a document says.
const (
	maxRedirects = 32
	maxName      = 100
	maxURI       = 2048
	maxPage      = 256
)

// read returns what the document of the client with an ID and a host says, or what is wrong
// with it. The OAuthServer names the host if it is listed. Members that are not read here are ignored.
func read(body []byte, id, host string, listed bool) (clients.Document, *defect) {
	m, ok := parse(body)
	if !ok {
		return clients.Document{}, errJSON
	}
	for _, check := range []func(members, string) *defect{isOf, hasNoSecret, isForCodes} {
		if wrong := check(m, id); wrong != nil {
			return clients.Document{}, wrong
		}
	}
	name, ok := m.Line("client_name", maxName)
	if !ok {
		return clients.Document{}, errName
	}
	uris, wrong := redirects(m, host)
	if wrong != nil {
		return clients.Document{}, wrong
	}
	grants, _, _ := m.List("grant_types")
	document := clients.Document{
		Name: name, RedirectURIs: uris, Refreshes: slices.Contains(grants, "refresh_token"),
		HomeURI: m.page("client_uri", host), PolicyURI: m.page("policy_uri", host), TermsURI: m.page("tos_uri", host),
	}
	wrong = sign(m, host, listed, &document)
	return document, wrong
}

// isOf checks that the document is the client's.
func isOf(m members, id string) *defect {
	if text, ok := m.Text("client_id"); !ok || text != id {
		return errClientID
	}
	return nil
}

// Methods of clients.
const (
	methodNone    = "none"
	methodSigning = "private_key_jwt"
	methodEither  = methodNone + " " + methodSigning
)

// hasNoSecret checks that the client authenticates in a way that can be published.
func hasNoSecret(m members, _ string) *defect {
	_, secret := m.Members["client_secret"]
	_, expires := m.Members["client_secret_expires_at"]
	switch method := m.method(); {
	case secret || expires:
		return errSecret
	case strings.HasPrefix(method, "client_secret_"):
		return errShared
	case !slices.Contains([]string{methodNone, methodSigning, methodEither}, method):
		return errMethod
	}
	return nil
}

// method returns how the client authenticates. Without a method, it has no credentials, unless
// it lists the methods that it supports and none is not among them: the default of RFC 7591 is
// a secret, which a document cannot have.
func (m members) method() string {
	if _, named := m.Members["token_endpoint_auth_method"]; named {
		method, _ := m.Text("token_endpoint_auth_method")
		return strings.ReplaceAll(method, methodEither, "")
	}
	supported, there, _ := m.List("token_endpoint_auth_methods_supported")
	switch none, signing := slices.Contains(supported, methodNone), slices.Contains(supported, methodSigning); {
	case none && signing:
		return methodEither
	case !there, none:
		return methodNone
	case signing:
		return methodSigning
	}
	return ""
}

// sign reads with which keys the client signs, if it does. A client whose host the OAuthServer
// does not list may not sign: its token requests would make the server fetch a document before
// the sender is known.
func sign(m members, host string, listed bool, document *clients.Document) *defect {
	method := m.method()
	if method == methodNone || method == methodEither && !listed {
		return nil
	}
	keys, uri, ok := m.keys(host)
	switch {
	case !ok && method == methodEither:
		return nil
	case !ok:
		return errKeys
	case !listed:
		return errUnnamed
	}
	document.Signs, document.Keys, document.JWKSURI = true, keys, uri
	return nil
}

// keys returns those of the client or where they are, and whether they can be used.
func (m members) keys(host string) (keys []publickeys.Key, uri string, ok bool) {
	if raw, there := m.Members["jwks"]; there {
		keys, err := jwksets.Parse(raw)
		return keys, "", err == nil
	}
	uri, ok = m.Text("jwks_uri")
	return nil, uri, ok && isURI(uri) && isAt(uri, host)
}

// isForCodes checks that the client uses authorization codes, as it does by default (RFC 7591
// section 2).
func isForCodes(m members, _ string) *defect {
	if grants, there, ok := m.List("grant_types"); !ok || there && !slices.Contains(grants, "authorization_code") {
		return errGrants
	}
	if responses, there, ok := m.List("response_types"); !ok || there && !slices.Contains(responses, "code") {
		return errResponses
	}
	return nil
}

// redirects returns those redirect URIs that a client may have. Others are left out: a document
// is for all servers, and is useful here even if it has other kinds of addresses for other
// servers.
func redirects(m members, host string) ([]string, *defect) {
	all, _, ok := m.List("redirect_uris")
	if !ok || len(all) == 0 || len(all) > maxRedirects {
		return nil, errRedirects
	}
	var uris []string
	for _, uri := range all {
		if isURI(uri) && (clients.IsLoopback(uri) || isAt(uri, host)) && !slices.Contains(uris, uri) {
			uris = append(uris, uri)
		}
	}
	if len(uris) == 0 {
		return nil, errNoRedirect
	}
	return uris, nil
}

// page returns a member that is a page at the client's host, "" for any other.
func (m members) page(name, host string) string {
	if uri, ok := m.Text(name); ok && len(uri) <= maxPage && isURI(uri) && isAt(uri, host) {
		return uri
	}
	return ""
}

// characters are those of a URI without a fragment (RFC 3986 section 2).
var characters = regexp.MustCompile(`^([A-Za-z0-9._~:/?@!$&'()*+,;=\[\]-]|%[0-9A-Fa-f]{2})*$`)

func isURI(text string) bool { return len(text) <= maxURI && characters.MatchString(text) }

// isAt reports whether a URI is https at a host.
func isAt(uri, host string) bool {
	rest, ok := strings.CutPrefix(uri, "https://"+host)
	return ok && (rest == "" || rest[0] == '/' || rest[0] == '?')
}
