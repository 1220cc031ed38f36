package backchannel

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/internal/outbound"
)

// timeout bounds one try, from the name's resolution to the header of the answer.
const timeout = 3 * time.Second

// sender sends logout tokens to where tenants say: own calls Services of the client's
// namespace, others everything else.
type sender struct{ own, others *http.Client }

func newSender(networks func() []netip.Prefix) *sender {
	return &sender{
		own:    outbound.New(outbound.Options{Networks: networks, Service: true, Timeout: timeout}),
		others: outbound.New(outbound.Options{Networks: networks, Timeout: timeout}),
	}
}

// send sends a token (section 2.5) and returns what came of it, and why if it was not
// accepted. own says that the URI is a Service of the client's namespace. The body of the
// answer is not read.
func (s *sender) send(ctx context.Context, uri string, own bool, token string) (Outcome, string) {
	form := url.Values{"logout_token": {token}}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, uri, strings.NewReader(form))
	if err != nil {
		return Refused, "its backchannelURI is no URI"
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	client := s.others
	if own {
		client = s.own
	}
	response, err := client.Do(request)
	if errors.Is(err, outbound.ErrAddress) {
		return Refused, "its backchannelURI leads to an address that is not in spec.outbound.networks of the OAuthServer, and neither public nor that of a Service in the client's namespace"
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
