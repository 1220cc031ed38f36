package integration

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// form of a token request, for bodies that are not sent as one.
const tokenForm = "grant_type=client_credentials&scope=read"

func TestMultipartAndJSONBodies(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	var parts bytes.Buffer
	writer := multipart.NewWriter(&parts)
	_ = writer.WriteField("grant_type", "client_credentials")
	_ = writer.Close()
	for name, sent := range map[string]step{
		"multipart":                 body(writer.FormDataContentType(), parts.String()),
		"a form called multipart":   body(writer.FormDataContentType(), tokenForm),
		"JSON":                      body("application/json", `{"grant_type":"client_credentials"}`),
		"a form called JSON":        body("application/json", tokenForm),
		"a form called text":        body("text/plain", tokenForm),
		"no type":                   all(body("", tokenForm), header("Content-Type")),
		"an empty type":             all(body("", tokenForm), header("Content-Type", "")),
		"a type that does not end":  body("application/x-www-form-urlencoded; boundary=\"", tokenForm),
		"a longer type":             body("application/x-www-form-urlencoded-too", tokenForm),
		"two types":                 all(body("", tokenForm), header("Content-Type", "application/x-www-form-urlencoded", "text/plain")),
		"two types in one":          body("application/x-www-form-urlencoded, text/plain", tokenForm),
		"JSON called a form":        body("application/x-www-form-urlencoded", `{"grant_type":"client_credentials"}`),
		"multipart called a form":   body("application/x-www-form-urlencoded", parts.String()),
		"semicolons":                body("", "grant_type=client_credentials;scope=read"),
		"a bad escape":              body("", tokenForm+"&x=%zz"),
		"a bad escape in a name":    body("", tokenForm+"&%x=1"),
		"an escape that is cut off": body("", tokenForm+"&x=%2"),
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, ask(t, at(t, 0, "/token"), p.authentication(), sent), http.StatusBadRequest, "invalid_request")
		})
	}
	for name, contentType := range map[string]string{
		"with charset":        "application/x-www-form-urlencoded; charset=UTF-8",
		"in capitals":         "Application/X-WWW-Form-URLEncoded",
		"with spaces":         "application/x-www-form-urlencoded ;  charset=utf-8",
		"with a last divider": "application/x-www-form-urlencoded;",
	} {
		t.Run("a form "+name, func(t *testing.T) {
			granted(t, ask(t, at(t, 0, "/token"), p.authentication(), body(contentType, tokenForm)))
		})
	}
}

func TestBodiesOver64KiB(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	const limit = 64 << 10
	padded := func(size int) string {
		return tokenForm + "&x=" + strings.Repeat("y", size-len(tokenForm)-len("&x="))
	}
	granted(t, ask(t, at(t, 0, "/token"), p.authentication(), body("", padded(limit))))
	for _, path := range []string{"/token", "/introspect", "/revoke", "/par"} {
		for name, sent := range map[string]step{
			"one byte more":  body("", padded(limit+1)),
			"five megabytes": body("", padded(5<<20)),
			"without length": all(body("", padded(limit+1)), func(r *http.Request) { r.ContentLength = -1 }),
		} {
			t.Run(name+" at "+path, func(t *testing.T) {
				refused(t, ask(t, at(t, 0, path), p.authentication(), sent), http.StatusRequestEntityTooLarge, "invalid_request")
			})
		}
	}
}

// A compressed body is not read as something else.
func TestCompressedBodies(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	answer := ask(t, at(t, 0, "/token"), p.authentication(), header("Content-Encoding", "gzip"), body("", "\x1f\x8b\x08\x00"+url.QueryEscape(tokenForm)))
	refused(t, answer, http.StatusBadRequest, "invalid_request")
}
