package installation

import (
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Visitor is a browser without scripts: it keeps cookies and fills in forms. It does
// not leave the server: a redirect elsewhere is where it stops.
type Visitor struct {
	client *http.Client
	// hosts are those of the server.
	hosts map[string]bool
}

// NewVisitor returns a browser that follows redirects below the given URLs.
func NewVisitor(transport http.RoundTripper, servers ...string) *Visitor {
	jar, _ := cookiejar.New(nil)
	v := &Visitor{hosts: map[string]bool{}}
	for _, server := range servers {
		if u, err := url.Parse(server); err == nil {
			v.hosts[u.Host] = true
		}
	}
	v.client = &http.Client{Transport: transport, Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if !v.hosts[r.URL.Host] {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return v
}

// Visitor returns a browser in which no user has signed in, for the issuer and each replica.
func (i *Installation) Visitor() *Visitor {
	urls := []string{i.Issuer}
	for _, server := range i.Servers {
		urls = append(urls, server.Options().URL)
	}
	return NewVisitor(http.DefaultTransport, urls...)
}

// Cookies returns the cookies that the visitor would send to a URL.
func (v *Visitor) Cookies(to string) []*http.Cookie {
	u, _ := url.Parse(to)
	return v.client.Jar.Cookies(u)
}

// View is what a visitor sees.
type View struct {
	Status int
	Header http.Header
	// Redirected says that the visitor was sent to the page.
	Redirected bool
	// URL is where the visitor is; Elsewhere is where the server sends it to, if that is
	// another place.
	URL, Elsewhere *url.URL
	Body           string
	Forms          []Form
}

// Form is a form of a page.
type Form struct {
	Action string
	Values url.Values
	// Buttons are the names of buttons with the values they can have.
	Buttons map[string][]string
}

// Get opens a URL.
func (v *Visitor) Get(t testing.TB, to string) View {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, to, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return v.Send(t, request)
}

// Send sends a request with the visitor's cookies.
func (v *Visitor) Send(t testing.TB, request *http.Request) View {
	t.Helper()
	response, err := v.client.Do(request)
	if err != nil {
		t.Fatalf("%s %s: %v", request.Method, request.URL.Path, err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	view := View{Status: response.StatusCode, Header: response.Header, URL: response.Request.URL, Body: string(body), Redirected: response.Request.Response != nil}
	if location := response.Header.Get("Location"); location != "" {
		view.Elsewhere, _ = url.Parse(location)
	}
	view.Forms = Forms(view.Body)
	return view
}

// Submit sends a form of a page with more values.
func (v *Visitor) Submit(t testing.TB, from View, form Form, more url.Values) View {
	t.Helper()
	to, err := from.URL.Parse(form.Action)
	if err != nil {
		t.Fatal(err)
	}
	values := url.Values{}
	maps.Copy(values, form.Values)
	maps.Copy(values, more)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to.String(), strings.NewReader(values.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.Send(t, request)
}

// isolation is what surrounds values in sentences.
var isolation = strings.NewReplacer("<bdi>", "", "</bdi>", "")

// Says reports whether the page has a text, in a sentence also without what isolates values.
func (v View) Says(text string) bool {
	return strings.Contains(v.Body, text) || strings.Contains(isolation.Replace(v.Body), text)
}

// Shows fails the test for each of the texts that the page does not have.
func (v View) Shows(t testing.TB, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !v.Says(text) {
			t.Errorf("the page at %s does not say %q: %s", v.URL.Path, text, v.Body)
		}
	}
}

// LoginForm returns the form that asks for a name and a password.
func (v View) LoginForm() (Form, bool) {
	for _, form := range v.Forms {
		if form.Values.Has("username") && form.Values.Has("password") {
			return form, true
		}
	}
	return Form{}, false
}

// DecisionForm returns the form whose buttons are a decision.
func (v View) DecisionForm() (Form, bool) {
	for _, form := range v.Forms {
		if len(form.Buttons["decision"]) > 0 {
			return form, true
		}
	}
	return Form{}, false
}

// CodeForm returns the form that asks for the code of a device.
func (v View) CodeForm() (Form, bool) {
	for _, form := range v.Forms {
		if form.Values.Has("user_code") {
			return form, true
		}
	}
	return Form{}, false
}

// Param returns a parameter of the place that the server sends the visitor to.
func (v View) Param(name string) string {
	if v.Elsewhere == nil {
		return ""
	}
	return v.Elsewhere.Query().Get(name)
}

// Forms returns the forms of a page.
func Forms(body string) []Form {
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return nil
	}
	var out []Form
	var current *Form
	for node := range root.Descendants() {
		if node.Type != html.ElementNode {
			continue
		}
		switch node.Data {
		case "form":
			out = append(out, Form{Action: attribute(node, "action"), Values: url.Values{}, Buttons: map[string][]string{}})
			current = &out[len(out)-1]
		case "input":
			if current != nil && attribute(node, "name") != "" {
				current.Values.Set(attribute(node, "name"), attribute(node, "value"))
			}
		case "button":
			if name := attribute(node, "name"); current != nil && name != "" {
				current.Buttons[name] = append(current.Buttons[name], attribute(node, "value"))
			}
		}
	}
	return out
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
