package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// devicesOfUser are as many as a user may allow at once, less some.
const devicesOfUser = 8

// measureDevices puts the redemption of device codes, which are few because the decisions of
// a user are limited, beside what it needs of the API server: two reads and a write.
func (b *bench) measureDevices(ctx context.Context) error {
	object := installation.Application("default", "devices", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes, c.Spec.RedirectURIs = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantDeviceCode, oauthv1alpha1.GrantRefreshToken}, nil
	})
	c, err := b.create(ctx, object)
	if err != nil {
		return err
	}
	var codes []string
	for _, username := range []string{"alice", "bob"} {
		more, err := b.allowDevices(ctx, c, username)
		if err != nil {
			return err
		}
		codes = append(codes, more...)
	}
	sayf("device codes: %d", len(codes))
	r, err := b.rawAfter(ctx, c, codes[0])
	if err != nil {
		return err
	}
	var ours, baseline []float64
	for _, code := range codes[1:] {
		start := time.Now()
		if _, err := b.deviceToken(c, code); err != nil {
			return err
		}
		ours = append(ours, milliseconds(time.Since(start)))
		start = time.Now()
		if err := r.redeemDevice(ctx); err != nil {
			return err
		}
		baseline = append(baseline, milliseconds(time.Since(start)))
	}
	b.add(byRounds("device.redeem.latency", "ms", lower, ours, baseline))
	return nil
}

// allowDevices lets devices begin and a user allow them, and returns their codes.
func (b *bench) allowDevices(ctx context.Context, c *credential, username string) ([]string, error) {
	user, err := newBrowser(b.Issuer)
	if err != nil {
		return nil, err
	}
	codes := make([]string, devicesOfUser)
	for i := range codes {
		answer, err := b.granted(c, "/device_authorization", url.Values{"scope": {flowScope}})
		if err != nil {
			return nil, err
		}
		codes[i], _ = answer["device_code"].(string)
		link, _ := answer["verification_uri_complete"].(string)
		page, err := user.open(ctx, link, nil)
		if err != nil {
			return nil, err
		}
		if form, ok := page.LoginForm(); ok {
			if page, err = user.submit(ctx, page, form, url.Values{"username": {username}, "password": {username + "-password"}}); err != nil {
				return nil, err
			}
		}
		form, ok := page.DecisionForm()
		if !ok {
			return nil, fmt.Errorf("allow a device: %d at %s", page.Status, page.URL.Path)
		}
		if page, err = user.submit(ctx, page, form, url.Values{"decision": {"allow"}}); err != nil || page.Status != http.StatusOK {
			return nil, fmt.Errorf("allow a device: %d, %w", page.Status, err)
		}
	}
	return codes, nil
}

// rawAfter returns a raw client after a code was redeemed, whose Grant is its sample.
func (b *bench) rawAfter(ctx context.Context, c *credential, code string) (*raw, error) {
	app, err := b.createApplication(ctx, "after-device")
	if err != nil {
		return nil, err
	}
	_, hangUp, err := b.visits(ctx, app, 1, flowScope)
	if err != nil {
		return nil, err
	}
	hangUp()
	if _, err := b.deviceToken(c, code); err != nil {
		return nil, err
	}
	return b.newRaw(ctx, &application{credential: c})
}

func (b *bench) deviceToken(c *credential, code string) (map[string]any, error) {
	return b.granted(c, "/token", url.Values{"grant_type": {string(oauthv1alpha1.GrantDeviceCode)}, "device_code": {code}})
}

// granted sends a form as a client, which must be answered with 200.
func (b *bench) granted(c *credential, path string, form url.Values) (map[string]any, error) {
	status, answer, err := askForm(b.Issuer+path, c, form.Encode())
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s answers %d %v", path, status, answer["error"])
	}
	return answer, err
}

// redeemDevice does what a redemption needs of the API server: what was decided is read, and
// whether there is a Grant; then the Grant is stored.
func (r *raw) redeemDevice(ctx context.Context) error {
	for range 2 {
		if err := r.get(ctx, "grants", r.grant.Name, &sessionv1alpha1.Grant{}); err != nil {
			return err
		}
	}
	return r.create(ctx, r.another())
}
