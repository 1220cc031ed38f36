package ui_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

// looking returns pages with a look that a test can change.
func looking(t *testing.T, look *ui.Look) *ui.Pages {
	t.Helper()
	pages, err := ui.New(func() string { return "/auth" }, func() *ui.Look { return look })
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

func TestEveryPageSaysWhoseItIs(t *testing.T) {
	look := &ui.Look{
		Words: ui.Words{Name: `<b>"&`, Sentence: "<i>", HelpURI: "javascript:alert(1)", PrivacyURI: "https://example.com/p"},
		Color: "#0b57d0", Logo: ui.NewLogo("image/png", []byte("p")),
		Languages: map[texts.Language]ui.Words{"de": {Name: "Beispiel", HelpURI: "https://example.com/hilfe"}},
	}
	pages := looking(t, look)
	for name, page := range samples("Alice") {
		_, elements := written(t, pages, page, ui.Policy{})
		headers := find(elements, "header", "", "")
		if len(headers) != 1 || textOf(headers[0]) != look.Name || !strings.HasSuffix(textOf(find(elements, "title", "", "")[0]), " – "+look.Name) {
			t.Errorf("%s does not say whose it is", name)
		}
		if len(find(elements, "img", "src", "/auth/assets/logo-148de9c5a7a44d19.png")) != 1 || len(find(elements, "link", "href", "/auth/assets/accent-0b57d0.css")) != 1 {
			t.Errorf("%s has another logo or colour", name)
		}
		if footer := find(elements, "footer", "", "")[0]; strings.TrimSpace(textOf(footer)) != "Privacy" {
			t.Errorf("%s ends with %q", name, textOf(footer))
		}
	}
	w := httptest.NewRecorder()
	if err := pages.Write(w, "de", http.StatusOK, ui.Login{Action: "/login"}, ui.Policy{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<bdi>Beispiel</bdi></p></header>", `href="https://example.com/hilfe"`, ">Hilfe<", ">Datenschutz<", "&lt;i&gt;", "– Beispiel</title>"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the German page has no %s: %s", want, w.Body)
		}
	}
}

func TestLogos(t *testing.T) {
	for contentType, name := range map[string]string{
		"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/svg+xml": ".svg", "text/html": "", "": "", "image/gif": "",
	} {
		if logo := ui.NewLogo(contentType, []byte("<svg/>")); (logo != nil) != (name != "") {
			t.Errorf("%s: %v", contentType, logo)
		}
	}
	if ui.NewLogo("image/png", nil) != nil {
		t.Error("nothing is a logo")
	}
	look := &ui.Look{Logo: ui.NewLogo("image/png", []byte("p"))}
	pages := looking(t, look)
	for path, caching := range map[string]string{
		"/assets/logo-148de9c5a7a44d19.png": "public, max-age=31536000, immutable", "/assets/logo-0000000000000000.svg": "no-store", "/assets/logo-.png": "no-store",
	} {
		w := get(pages, http.MethodGet, path)
		if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != caching || w.Header().Get("Content-Type") != "image/png" || w.Body.String() != "p" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
	look.Logo = nil
	if w := get(pages, http.MethodGet, "/assets/logo-148de9c5a7a44d19.png"); w.Code != http.StatusNotFound {
		t.Errorf("a logo that is gone: %d", w.Code)
	}
}

// Every page is in every language, and one sentence that is not says that it is English.
func TestPagesInEveryLanguage(t *testing.T) {
	pages := newPages(t, "")
	for _, l := range texts.Languages() {
		for name, page := range samples("Alice") {
			w := httptest.NewRecorder()
			if err := pages.Write(w, texts.Language(l), http.StatusOK, page, ui.Policy{}); err != nil {
				t.Fatal(err)
			}
			body := w.Body.String()
			if !strings.Contains(body, `<html lang="`+l+`" dir="ltr">`) || w.Header().Get("Content-Language") != l || strings.Contains(body, "%!") {
				t.Errorf("%s in %s: %s", name, l, body)
			}
		}
		w := httptest.NewRecorder()
		note := ui.Note{Title: texts.Said("Their <title>"), Message: texts.Join(texts.Said("Their %s <words>"), texts.T("Wait a moment, then load the page again."))}
		if err := pages.Write(w, texts.Language(l), http.StatusOK, note, ui.Policy{}); err != nil {
			t.Fatal(err)
		}
		english := `<span lang="en" dir="ltr">Their %s &lt;words&gt;</span>`
		if body := w.Body.String(); strings.Contains(body, english) != (l != "en") || !strings.Contains(body, "<title>Their &lt;title&gt;</title>") {
			t.Errorf("in %s: %s", l, body)
		}
	}
}
