package request

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/outbound"
)

// Client is who asks.
type Client struct {
	ID, Secret     string
	Authentication oauthv1alpha1.TokenClientAuthentication
}

// MaxBody is how many bytes of an answer are read.
const MaxBody = 64 << 10

// Send sends a token request. Its error is a *TokenError, beside which the answer may have a
// refresh token.
func Send(ctx context.Context, through *http.Client, endpoint string, client Client, form url.Values) (Answer, error) {
	// Before there is a connection, TLS included, nothing was sent.
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	request, err := build(ctx, endpoint, client, form)
	if err != nil {
		return Answer{}, &TokenError{Kind: Unusable}
	}
	response, err := through.Do(request)
	if errors.Is(err, outbound.ErrAddress) {
		return Answer{}, &TokenError{Kind: Address}
	}
	if err != nil {
		return Answer{}, &TokenError{Kind: Unavailable, Uncertain: connected.Load()}
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, MaxBody+1))
	if err != nil || len(body) > MaxBody {
		return Answer{}, &TokenError{Kind: Unreadable, Status: response.StatusCode, Uncertain: true}
	}
	return read(response, body)
}

func build(ctx context.Context, endpoint string, client Client, form url.Values) (*http.Request, error) {
	sent := maps.Clone(form)
	if sent == nil {
		sent = url.Values{}
	}
	if client.Authentication != oauthv1alpha1.TokenClientSecretBasic {
		sent.Set("client_id", client.ID)
	}
	if client.Authentication == oauthv1alpha1.TokenClientSecretPost {
		sent.Set("client_secret", client.Secret)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(sent.Encode()))
	if err != nil {
		return nil, err
	}
	// A request that was sent may have been carried out: net/http must not repeat it.
	request.GetBody = nil
	if client.Authentication == oauthv1alpha1.TokenClientSecretBasic {
		request.SetBasicAuth(url.QueryEscape(client.ID), url.QueryEscape(client.Secret))
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	// GitHub answers with a form otherwise.
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "grantor-operator")
	return request, nil
}
