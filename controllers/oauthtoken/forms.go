package oauthtoken

import (
	"net/url"
	"strings"
)

func (r *Reconciler) form(p *pass, grant string) url.Values {
	form := url.Values{"grant_type": {grant}}
	for name, value := range p.Spec.TokenParameters {
		form.Set(name, string(value))
	}
	return form
}

func (r *Reconciler) refreshForm(p *pass) url.Values {
	form := r.form(p, "refresh_token")
	form.Set("refresh_token", p.state.RefreshToken)
	return form
}

func (r *Reconciler) codeForm(p *pass, handover *Handover) url.Values {
	form := r.form(p, "authorization_code")
	form.Set("code", handover.Code)
	form.Set("redirect_uri", handover.RedirectURI)
	if handover.Verifier != "" {
		form.Set("code_verifier", handover.Verifier)
	}
	return form
}

func addScopes(form url.Values, p *pass) {
	if len(p.Spec.Scopes) > 0 {
		form.Set("scope", strings.Join(p.Spec.Scopes, " "))
	}
}
