package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
)

// family is the tokens of one Grant.
type family struct {
	*visit
	// token is the refresh token, access the access token of the first generation.
	token, access string
}

// families begins as many families, each at a connection of its own.
func (b *bench) families(ctx context.Context, app *application, n int, scope string) ([]*family, func(), error) {
	visits, hangUp, err := b.visits(ctx, app, n, scope)
	if err != nil {
		return nil, nil, err
	}
	out := make([]*family, n)
	for i, v := range visits {
		out[i] = &family{visit: v}
		if err := out[i].begin(); err != nil {
			hangUp()
			return nil, nil, err
		}
	}
	return out, hangUp, nil
}

func (f *family) begin() (err error) {
	if err = f.flow(); err != nil {
		return err
	}
	if f.token, err = f.field("refresh_token"); err != nil {
		return err
	}
	f.access, err = f.field("access_token")
	return err
}

// advance refreshes.
func (f *family) advance() (err error) {
	if err = f.refresh(f.token); err == nil {
		f.token, err = f.field("refresh_token")
	}
	return err
}

// introspect asks what the access token is worth, which is an answer that says so.
func (f *family) introspect() error {
	request := post(f.address(), "/introspect", f.app.credential, "token="+f.access).request
	if err := f.line.askFor(http.StatusOK, request); err != nil {
		return err
	}
	if !bytes.Contains(f.line.body, []byte(`"active":true`)) {
		return errors.New("introspection calls a new access token inactive")
	}
	return nil
}

// userinfo asks whose the access token is.
func (f *family) userinfo() error {
	return f.line.askFor(http.StatusOK, fmt.Appendf(nil, "GET /userinfo HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", f.address(), f.access))
}
