package integration

import (
	"encoding/base64"
	"flag"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

var deviceRequests = flag.Int64("device-requests", 2000, "how many requests of devices and their users are mutated")

// deviceDrafts are requests of a device, and of the user who lets it in, each right but for
// what a mutation does to it.
func deviceDrafts(t *testing.T, device installation.App) (drafts []draft, secrets []string) {
	t.Helper()
	v := installation.NewVisitor(http.DefaultTransport, device.Issuer)
	page := v.SignIn(t, v.Get(t, device.Issuer+"/device"), "alice", "alice-password")
	answer := device.Post(t, "/device_authorization", url.Values{"scope": {"openid"}})
	code, _ := answer.JSON["device_code"].(string)
	link, _ := answer.JSON["verification_uri_complete"].(string)
	typed, ok := page.CodeForm()
	asked, also := v.Get(t, link).DecisionForm()
	if !ok || !also || code == "" {
		t.Fatalf("no form: %d, %s", page.Status, answer.Body)
	}
	host, form := "Host: "+strings.TrimPrefix(device.Issuer, "http://"), "Content-Type: application/x-www-form-urlencoded"
	var cookies []string
	for _, cookie := range v.Cookies(device.Issuer) {
		cookies, secrets = append(cookies, cookie.Name+"="+cookie.Value), append(secrets, cookie.Value)
	}
	browser := []string{host, "Connection: close", "Cookie: " + strings.Join(cookies, "; ")}
	program := []string{
		host, "Connection: close", form, "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(device.ID+":"+device.Secret)),
	}
	add := func(method, target string, headers []string, parameters ...string) {
		drafts = append(drafts, draft{method: method, target: target, version: "HTTP/1.1", headers: headers, parameters: parameters})
	}
	add("POST", "/device_authorization", program, "scope=openid")
	add("POST", "/token", program, "grant_type="+url.QueryEscape(string(oauthv1alpha1.GrantDeviceCode)), "device_code="+code)
	add("GET", "/device", browser, "x=y")
	add("GET", strings.TrimPrefix(link, device.Issuer), browser, "x=y")
	add("POST", "/device", append(slices.Clone(browser), form), "flow="+url.QueryEscape(typed.Values.Get("flow")), "user_code=BCDF-GHJK")
	add("POST", "/consent", append(slices.Clone(browser), form), "flow="+url.QueryEscape(asked.Values.Get("flow")), "decision=deny")
	return drafts, append(secrets, code, device.Secret)
}

// The same promise for the endpoints of devices (RFC 8628): never a 5xx.
func TestMutatedDeviceRequests(t *testing.T) {
	t.Parallel()
	const seed = 8628
	device := grantor(t).NewApp(t, installation.Application(namespace(t), "device", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes, c.Spec.RedirectURIs = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantDeviceCode}, nil
	}))
	p := newParty(t)
	drafts, secrets := deviceDrafts(t, device)
	all := append(mutations(p), deviceMutations()...)
	counts := bombard(t, *deviceRequests, seed, func(r *rand.Rand) draft {
		d := drafts[r.IntN(len(drafts))]
		d.headers, d.parameters = slices.Clone(d.headers), slices.Clone(d.parameters)
		mutate(r, &d, all)
		return d
	}, func(string) error { return nil })
	for code, part := range map[int]int64{200: 50, 400: 20, 401: 100, 405: 50} {
		if counts[code] < *deviceRequests/part {
			t.Errorf("only %d answers are %d: the mutations do not reach what they should", counts[code], code)
		}
	}
	unharmed(t, p, secrets...)
}

func deviceMutations() []mutation {
	parameters := []string{
		"user_code=", "user_code=bcdf%20ghjk", "user_code=BCDFGHJ", "user_code=AAAA-AAAA", "user_code=" + strings.Repeat("B", 500), "code=BCDF-GHJK", "code=", "r=x", "r=",
		"device_code=", "device_code=gdc_AQ", "device_code=x", "scope=", "scope=openid+unknown", "resource=x", "audience=", "dpop_jkt=x", "flow=", "flow=x", "decision=allow", "decision=",
	}
	headers := []string{"DPoP: x", "DPoP:", "DPoP: a.b.c", "DPoP: x\r\nDPoP: y", "User-Agent: " + strings.Repeat("\xff", 500), "User-Agent:", "Cookie: a=b", "Origin: https://evil.example"}
	return urlMutations(parameters, headers, []string{"/device", "/device_authorization"})
}
