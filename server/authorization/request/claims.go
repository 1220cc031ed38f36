package request

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// wanted is what a request says of one claim; null is a wish without more.
type wanted struct {
	Essential bool            `json:"essential"`
	Value     json.RawMessage `json:"value"`
	Values    json.RawMessage `json:"values"`
}

// readClaims reads the parameters claims and acr_values (OpenID Connect Core 1.0 sections
// 5.5 and 3.1.2.1). Claims that are unknown, or whose scope the client may not have, are left
// out of the answer, as an essential one is that a user does not have. Without openid nothing
// is asked for: there is neither an ID token nor a userinfo of OpenID Connect.
func (r *Request) readClaims(form url.Values, client *clients.Client) error {
	var claims struct {
		IDToken  map[string]*wanted `json:"id_token"`
		Userinfo map[string]*wanted `json:"userinfo"`
	}
	if text := form.Get("claims"); text != "" && json.Unmarshal([]byte(text), &claims) != nil {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'claims' is not a JSON object as OpenID Connect Core section 5.5 has it.")
	}
	if slices.Contains(r.Scopes, grants.ScopeOpenID) {
		r.IDToken, r.Userinfo = r.ask(claims.IDToken, client), r.ask(claims.Userinfo, client)
		if _, asked := claims.IDToken[grants.ClaimACR]; asked || form.Get("acr_values") != "" {
			r.IDToken = r.IDToken.With(grants.ClaimACR)
		}
	}
	if wish := strings.Fields(form.Get("acr_values")); len(wish) > 0 && prefers(wish) {
		r.Assurance = AssuranceWish
	}
	for _, list := range []map[string]*wanted{claims.IDToken, claims.Userinfo} {
		if err := r.readSubject(list["sub"]); err != nil {
			return err
		}
		if list[grants.ClaimACR].demands() {
			r.Assurance = AssuranceFactor
		}
		if !list[grants.ClaimACR].met() {
			return httpx.BadRequest(CodeUnmet, "The server cannot meet the essential claim acr: see acr_values_supported of its metadata.")
		}
	}
	return nil
}

// Assurance is what a request says of the class of a sign-in.
type Assurance string

// What a request says: it has to be with a second factor, or should be.
const (
	AssuranceFactor Assurance = "factor"
	AssuranceWish   Assurance = "wish"
)

// prefers reports whether a second factor comes before a password in classes in the order of
// preference.
func prefers(classes []string) bool {
	for _, class := range classes {
		if class == identity.ACRPassword || class == identity.ACRSecondFactor {
			return class == identity.ACRSecondFactor
		}
	}
	return false
}

// classes returns the classes that a request says of acr.
func (w *wanted) classes() []string {
	var value string
	var values []string
	_, _ = json.Unmarshal(w.Value, &value), json.Unmarshal(w.Values, &values)
	if value != "" {
		values = append([]string{value}, values...)
	}
	return values
}

// demands reports whether only a sign-in with a second factor meets an essential acr.
func (w *wanted) demands() bool {
	if w == nil || !w.Essential {
		return false
	}
	classes := w.classes()
	return slices.Contains(classes, identity.ACRSecondFactor) && !slices.Contains(classes, identity.ACRPassword)
}

// met reports whether a sign-in can meet what a request says of acr. An acr that is not
// essential is only a wish (section 5.5.1.1).
func (w *wanted) met() bool {
	if w == nil || !w.Essential || w.Value == nil && w.Values == nil {
		return true
	}
	classes := w.classes()
	return slices.ContainsFunc(identity.ACRs(), func(class string) bool { return slices.Contains(classes, class) })
}

func (r *Request) ask(list map[string]*wanted, client *clients.Client) grants.ClaimSet {
	var set grants.ClaimSet
	for name := range list {
		scope := identity.ClaimScope(name)
		if scope == "" || !slices.Contains(client.GetScopes(), scope) {
			continue
		}
		set = set.With(name)
		if !slices.Contains(r.Scopes, scope) {
			r.AskedScopes = with(r.AskedScopes, scope)
		}
	}
	slices.Sort(r.AskedScopes)
	return set
}

func (r *Request) readSubject(sub *wanted) error {
	if sub == nil || sub.Value == nil {
		return nil
	}
	var subject string
	if json.Unmarshal(sub.Value, &subject) != nil || subject == "" || r.Subject != "" && r.Subject != subject {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "The claim sub must name one user.")
	}
	r.Subject = subject
	return nil
}
