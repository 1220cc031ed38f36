package clocks

import (
	"net/http"
	"net/url"

	"github.com/grantor-dev/grantor/test/history"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/races"
)

// code is an authorization code and how it is redeemed.
type code struct {
	text, verifier, login string
	offline               bool
}

// authorize returns a new code of the browser with the cookies; a replica that cannot say
// who is signed in is asked again.
func (r *race) authorize(cookies []*http.Cookie, login string, offline bool) code {
	scope := "openid"
	if offline {
		scope = "openid offline_access read"
	}
	for try := 0; ; try++ {
		app := r.app
		if app.Issuer = r.at(); try > 5 {
			app.Issuer = r.witness
		}
		to, verifier := app.AuthorizationURL(url.Values{"scope": {scope}})
		a := r.get(to, func(request *http.Request) {
			for _, cookie := range cookies {
				request.AddCookie(cookie)
			}
		})
		if a != nil && a.status == http.StatusSeeOther {
			if location, err := url.Parse(a.header.Get("Location")); err == nil && location.Query().Get("code") != "" {
				return code{location.Query().Get("code"), verifier, login, offline}
			}
		}
		if try > 6 {
			r.t.Errorf("/authorize of the witness gives no code: %+v", a)
			return code{}
		}
	}
}

func (r *race) redeem(at string, c code) (tokens, history.Answer) {
	return r.sent(history.Operation{Kind: history.Redemption, Presented: c.text, Login: c.login, Offline: c.offline}, func() *answer {
		return r.post(at+"/token", r.app, redemption(c))
	}, ofTokens)
}

func redemption(c code) url.Values {
	return url.Values{"grant_type": {"authorization_code"}, "code": {c.text}, "redirect_uri": {installation.Redirect}, "code_verifier": {c.verifier}}
}

// redeemWrongly presents the code without what belongs to it.
func (r *race) redeemWrongly(at string, c code, way int) {
	form, app := redemption(c), r.app
	if races.Spoil(form, way) {
		app = r.other
	}
	r.sent(history.Operation{Kind: history.Redemption, Presented: c.text, Login: c.login, Offline: c.offline, Wrong: true}, func() *answer {
		return r.post(at+"/token", app, form)
	}, ofTokens)
}

func (r *race) refresh(at string, token string) (tokens, history.Answer) {
	return r.sent(history.Operation{Kind: history.Refresh, Presented: token}, func() *answer {
		return r.post(at+"/token", r.app, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}})
	}, ofTokens)
}

func (r *race) refreshAsAnother(at string, token string) {
	r.sent(history.Operation{Kind: history.Refresh, Presented: token, Wrong: true}, func() *answer {
		return r.post(at+"/token", r.other, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}})
	}, ofTokens)
}

func (r *race) revoke(at string, token string) history.Answer {
	_, told := r.sent(history.Operation{Kind: history.Revocation, Presented: token}, func() *answer {
		return r.post(at+"/revoke", r.app, url.Values{"token": {token}})
	}, verdict(http.StatusOK, 0, ""))
	return told
}

func (r *race) revokeAsAnother(at string, token string) {
	r.sent(history.Operation{Kind: history.Revocation, Presented: token, Wrong: true}, func() *answer {
		return r.post(at+"/revoke", r.other, url.Values{"token": {token}})
	}, verdict(http.StatusOK, http.StatusBadRequest, ""))
}

// use introspects an access token, or asks userinfo with it.
func (r *race) use(at string, token string, introspect bool) {
	o := history.Operation{Kind: history.Use, Presented: token}
	if introspect {
		r.sent(o, func() *answer { return r.post(at+"/introspect", r.app, url.Values{"token": {token}}) }, ofIntrospection)
		return
	}
	r.sent(o, func() *answer {
		return r.get(at+"/userinfo", func(request *http.Request) { request.Header.Set("Authorization", "Bearer "+token) })
	}, verdict(http.StatusOK, http.StatusUnauthorized, ""))
}
