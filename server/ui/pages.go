package ui

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"sync"

	"github.com/grantor-dev/grantor/server/texts"
)

//go:embed templates/*.html
var templates embed.FS

// Page is one of the pages of this package.
type Page interface {
	// template is the name of the page's template.
	template() string
	// application is whom the page is about; nil for none.
	application() *Application
}

var (
	_ Page = Login{}
	_ Page = Consent{}
	_ Page = FormPost{}
	_ Page = Logout{}
	_ Page = SignedOut{}
	_ Page = Account{}
	_ Page = Failure{}
	_ Page = DeviceCode{}
	_ Page = Note{}
	_ Page = Connect{}
	_ Page = Applications{}
	_ Page = Factor{}
	_ Page = Enroll{}
	_ Page = Codes{}
	_ Page = Security{}
	_ Page = Password{}
	_ Page = PasswordSet{}
)

// all is every page, to parse the templates.
var all = []Page{Login{}, Consent{}, FormPost{}, Logout{}, SignedOut{}, Account{}, Failure{}, DeviceCode{}, Note{}, Connect{}, Applications{}, Factor{}, Enroll{}, Codes{}, Security{}, Password{}, PasswordSet{}}

// Pages writes pages. It is safe for concurrent use.
type Pages struct {
	base   func() string
	look   func() *Look
	assets map[string]asset
	// templates parse those of a language when the first page in it is asked for: they take a
	// megabyte each, which the garbage collector reads again and again.
	templates map[texts.Language]func() (pageTemplates, error)
}

// pageTemplates are the templates of all pages in a language, by name.
type pageTemplates map[string]*template.Template

// New returns the pages of a server. The base is the path of its issuer without a
// slash at the end ("" or "/auth"), and look says whose server it is; both are asked for
// every page, because they can change while the server runs. A nil base is "", a nil look
// that of nobody.
func New(base func() string, look func() *Look) (*Pages, error) {
	if base == nil {
		base = func() string { return "" }
	}
	if look == nil {
		look = func() *Look { return &Look{} }
	}
	p := &Pages{base: base, look: look, templates: map[texts.Language]func() (pageTemplates, error){}}
	catalogue, err := texts.Load()
	if err != nil {
		return nil, err
	}
	for _, l := range texts.Languages() {
		speaker := &speaker{catalogue, texts.Language(l)}
		p.templates[speaker.language] = sync.OnceValues(func() (pageTemplates, error) { return parse(speaker) })
	}
	p.assets, err = loadAssets()
	return p, err
}

// parse returns the templates of all pages in a language.
func parse(s *speaker) (pageTemplates, error) {
	out := pageTemplates{}
	for _, page := range all {
		name := page.template()
		t, err := template.New(name).Funcs(functions(s)).
			ParseFS(templates, "templates/layout.html", "templates/parts.html", "templates/"+name+".html")
		if err != nil {
			return nil, fmt.Errorf("parse the page %s: %w", name, err)
		}
		out[name] = t
	}
	return out, nil
}

// Write answers a request with a page in a language. If that fails before anything is
// written, it returns an error.
func (p *Pages) Write(w http.ResponseWriter, l texts.Language, status int, page Page, policy Policy) error {
	parsed, err := p.templates[l]()
	if err != nil {
		return err
	}
	v := view{Page: page, Language: l, Look: p.look().in(l), base: p.base(), assets: p.assets}
	var body bytes.Buffer
	if err := parsed[page.template()].ExecuteTemplate(&body, "layout", v); err != nil {
		return fmt.Errorf("render the page %s: %w", page.template(), err)
	}
	policy.set(w.Header(), page)
	w.Header().Set("Content-Language", string(l))
	w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	w.WriteHeader(status)
	// A browser that is gone is no error of the server.
	_, _ = w.Write(body.Bytes())
	return nil
}

// view is what templates see.
type view struct {
	Page     Page
	Language texts.Language
	Look     Look
	base     string
	assets   map[string]asset
}

// Style is the URL of the style sheet.
func (v view) Style() string { return v.asset(styleSheet) }

// Accent is the URL of the style sheet with the colour of the server; "" for none.
func (v view) Accent() string {
	if _, ok := parseColor(v.Look.Color); !ok {
		return ""
	}
	return v.base + AssetPath + accentName(v.Look.Color)
}

// Logo is the URL of the server's logo; "" for none.
func (v view) Logo() string {
	if v.Look.Logo == nil {
		return ""
	}
	return v.base + AssetPath + v.Look.Logo.name
}

// Icon is the URL of the icon in the browser's tab.
func (v view) Icon() string { return v.asset(icon) }

// Script is the URL of the script of a page; "" for one without.
func (v view) Script() string {
	name := scriptOf(v.Page)
	if name == "" {
		return ""
	}
	return v.asset(name)
}

func (v view) asset(name string) string { return v.base + AssetPath + v.assets[name].name }

// Link makes a URI ready for an attribute; see link.
func (v view) Link(uri string) template.URL { return link(v.base, uri) }
