package appearance

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// in is what pages say in a language.
type in struct{ signIn, wrong, consent, out, account, expired, unknown string }

var said = map[string]in{
	"en": {"Sign in", "The username or the password is wrong.", "access to your account?", "Sign out?", "Your account", "This page is not valid.", "The application is unknown here."},
	"de": {"Anmelden", "Benutzername oder Passwort ist falsch.", "Zugriff auf Ihr Konto gewähren?", "Abmelden?", "Ihr Konto", "Diese Seite ist nicht gültig.", "Die Anwendung ist hier unbekannt."},
	"fr": {"Se connecter", "Le nom d’utilisateur ou le mot de passe est incorrect.", "à accéder à votre compte ?", "Se déconnecter ?", "Votre compte", "Cette page n’est pas valide.", "L’application est inconnue ici."},
	"es": {"Iniciar sesión", "El nombre de usuario o la contraseña no son correctos.", "acceda a su cuenta?", "¿Cerrar sesión?", "Su cuenta", "Esta página no es válida.", "La aplicación es desconocida aquí."},
	"ja": {"サインイン", "ユーザー名またはパスワードが正しくありません。", "アカウントへのアクセスを許可しますか？", "サインアウトしますか？", "アカウント", "このページは無効です。", "このアプリケーションは、ここには登録されていません。"},
}

// What the application asks for holds on every page on the way, whatever the browser says, and
// pages of the server's own are in the language of the browser.
func TestPagesSpeakWhatIsAskedFor(t *testing.T) {
	g := shared.Grantor(t)
	app := g.NewApp(t, installation.Application(shared.Namespace(t), "app"))
	listed, _ := installation.Get(t, g.Issuer+"/.well-known/openid-configuration", nil).JSON["ui_locales_supported"].([]any)
	if len(listed) != len(said) {
		t.Errorf("discovery lists %v", listed)
	}
	for _, language := range listed {
		language, _ := language.(string)
		t.Run(language, func(t *testing.T) {
			words := said[language]
			other := "ja"
			if language == "ja" {
				other = "de"
			}
			v := browser(g, "Accept-Language", other+", en;q=0.5")
			wishes := url.Values{"ui_locales": {"tlh " + language}, "scope": {"openid profile"}, "prompt": {"consent"}}
			to, _ := app.AuthorizationURL(wishes)
			page := v.Get(t, to)
			speaks(t, page, language, words.signIn)
			page = v.SignIn(t, page, "nobody-"+language, "wrong")
			speaks(t, page, language, words.wrong)
			page = v.SignIn(t, page, "alice", "alice-password")
			speaks(t, page, language, words.consent)
			form, _ := page.DecisionForm()
			// Nothing is known of a form that was changed but what the browser says.
			speaks(t, v.Submit(t, page, form, url.Values{"decision": {"allow"}, "flow": {"x" + form.Values.Get("flow")}}), other, said[other].expired)
			if answer := v.Decide(t, page, "allow"); answer.Param("code") == "" {
				t.Errorf("the application is answered %s", answer.Elsewhere)
			}
			pushed, _, _ := app.Push(t, wishes)
			speaks(t, v.Get(t, pushed), language, words.consent)
			speaks(t, v.Get(t, g.Issuer+"/logout?ui_locales="+language), language, words.out)
			speaks(t, v.Get(t, g.Issuer+"/account"), other, said[other].account)
			speaks(t, v.Get(t, g.Issuer+"/authorize?client_id=nobody&ui_locales="+language), language, words.unknown)
		})
	}
}

// What nobody can read is no language, and no request is too odd for a page.
func TestOddWishes(t *testing.T) {
	g := shared.Grantor(t)
	app := g.NewApp(t, installation.Application(shared.Namespace(t), "app"))
	for name, test := range map[string]struct{ locales, accept, want string }{
		"nothing":              {"", "", "en"},
		"markup":               {`"><script>`, `"><script>`, "en"},
		"very many":            {strings.Repeat("tlh ", 400) + "de", "fr", "fr"},
		"not UTF-8":            {"\xff\xfe de", "fr", "fr"},
		"a header that is big": {"", "fr," + strings.Repeat("tlh,", 1500), "fr"},
	} {
		t.Run(name, func(t *testing.T) {
			v := browser(g, "Accept-Language", test.accept)
			to, _ := app.AuthorizationURL(url.Values{"ui_locales": {test.locales}})
			page := v.SignIn(t, v.Get(t, to), "nobody", "wrong")
			speaks(t, page, test.want, said[test.want].wrong)
		})
	}
	// RFC 6749 section 3.1: no parameter twice.
	v := browser(g, "Accept-Language", "de")
	to, _ := app.AuthorizationURL(url.Values{"ui_locales": {"de", "fr"}})
	if page := v.Get(t, to); page.Status != http.StatusBadRequest {
		t.Errorf("two wishes are answered with %d", page.Status)
	}
}

// Errors of OAuth are for programs, whatever language those claim to speak.
func TestProgramsReadEnglish(t *testing.T) {
	g := shared.Grantor(t)
	app := g.NewApp(t, installation.Application(shared.Namespace(t), "app"))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, g.Issuer+"/token", strings.NewReader("grant_type=authorization_code&ui_locales=de"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept-Language", "de")
	if answer := installation.Do(t, request); answer.Status != http.StatusUnauthorized && answer.Status != http.StatusBadRequest || strings.Contains(answer.Body, "Die ") {
		t.Errorf("a program reads %d %s", answer.Status, answer.Body)
	}
	v := browser(g, "Accept-Language", "de")
	to, _ := app.AuthorizationURL(url.Values{"ui_locales": {"de"}, "prompt": {"none"}})
	if answer := v.Get(t, to); answer.Param("error") != "login_required" || answer.Param("error_description") != "The user must sign in." {
		t.Errorf("the application is told %s", answer.Elsewhere)
	}
}
