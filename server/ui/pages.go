package ui

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
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
)

// Pages writes pages. It is safe for concurrent use.
type Pages struct {
	base      func() string
	templates map[string]*template.Template
	assets    map[string]asset
}

// New returns the pages of a server. The base is the path of its issuer without a
// slash at the end ("" or "/auth"), asked for every page, because the issuer can
// change while the server runs. A nil base is "".
func New(base func() string) (*Pages, error) {
	if base == nil {
		base = func() string { return "" }
	}
	p := &Pages{base: base, templates: map[string]*template.Template{}}
	for _, page := range []Page{Login{}, Consent{}, FormPost{}, Logout{}, SignedOut{}, Account{}, Failure{}, DeviceCode{}, Note{}, Connect{}, Applications{}, Factor{}, Enroll{}, Codes{}, Security{}} {
		name := page.template()
		t, err := template.New(name).Funcs(functions()).
			ParseFS(templates, "templates/layout.html", "templates/parts.html", "templates/"+name+".html")
		if err != nil {
			return nil, fmt.Errorf("parse the page %s: %w", name, err)
		}
		p.templates[name] = t
	}
	var err error
	p.assets, err = loadAssets()
	return p, err
}

// Write answers a request with a page. If that fails before anything is written,
// it returns an error.
func (p *Pages) Write(w http.ResponseWriter, status int, page Page, policy Policy) error {
	v := view{Page: page, base: p.base(), assets: p.assets}
	var body bytes.Buffer
	if err := p.templates[page.template()].ExecuteTemplate(&body, "layout", v); err != nil {
		return fmt.Errorf("render the page %s: %w", page.template(), err)
	}
	policy.set(w.Header(), page)
	w.Header().Set("Content-Length", strconv.Itoa(body.Len()))
	w.WriteHeader(status)
	// A browser that is gone is no error of the server.
	_, _ = w.Write(body.Bytes())
	return nil
}

// view is what templates see.
type view struct {
	Page   Page
	base   string
	assets map[string]asset
}

// Style is the URL of the style sheet.
func (v view) Style() string { return v.asset(styleSheet) }

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
