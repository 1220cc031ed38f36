package backchannel

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// timeout bounds one try, from the name's resolution to the header of the answer.
const timeout = 3 * time.Second

// sender sends logout tokens to where tenants say.
type sender struct{ client *http.Client }

// newSender returns a sender that uses no proxy, which would resolve names by itself,
// follows no redirect and keeps no connection.
func newSender(g guard) *sender {
	dialer := &net.Dialer{Timeout: timeout, Control: g.control}
	return &sender{client: &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext:            dialer.DialContext,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    timeout,
			DisableKeepAlives:      true,
			DisableCompression:     true,
			MaxResponseHeaderBytes: 16 << 10,
		},
	}}
}

// send sends a token (section 2.5) and returns what came of it, and why if it was not
// accepted. The body of the answer is not read.
func (s *sender) send(ctx context.Context, uri, token string) (Outcome, string) {
	form := url.Values{"logout_token": {token}}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, uri, strings.NewReader(form))
	if err != nil {
		return Refused, "its backchannelURI is no URI"
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := s.client.Do(request)
	if errors.Is(err, errAddress) {
		return Refused, errAddress.Error()
	}
	if err != nil {
		return again, cause(err)
	}
	_ = response.Body.Close()
	return judge(response.StatusCode)
}

// judge says what a status means. What may be otherwise the next time is tried again.
func judge(status int) (Outcome, string) {
	reason := fmt.Sprintf("it answers %d", status)
	switch {
	case status >= 200 && status < 300:
		return Delivered, ""
	case status >= 500, status == http.StatusTooManyRequests, status == http.StatusRequestTimeout:
		return again, reason
	}
	return Refused, reason
}

// cause returns an error without the URI, whose query may be the application's secret.
func cause(err error) string {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "it does not answer in time"
	}
	return err.Error()
}
