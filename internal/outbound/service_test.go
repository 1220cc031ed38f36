package outbound

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// A Service of type ExternalName is another name of any host, such as a Service of another
// namespace.
func TestAliasesAreNotCalled(t *testing.T) {
	var requests atomic.Int32
	site := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	t.Cleanup(site.Close)
	dns := resolver(t)
	dialer := net.Dialer{Timeout: 5 * time.Second, Control: guard{networks("127.0.0.0/8"), true}.control}
	dial := dialService(dialer, func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, dns)
	})
	c := &http.Client{Transport: &http.Transport{DialContext: dial}}
	_, port, _ := net.SplitHostPort(site.Listener.Addr().String())
	for host, called := range map[string]int32{"app.team.svc": 1, "alias.team.svc": 0} {
		requests.Store(0)
		response, err := c.Get("http://" + host + ":" + port)
		if err == nil {
			response.Body.Close()
		}
		if requests.Load() != called || errors.Is(err, ErrAddress) != (called == 0) {
			t.Errorf("%s is called %d times: %v", host, requests.Load(), err)
		}
	}
}

// resolver answers that every name has a loopback address, and that alias.* is an alias.
func resolver(t *testing.T) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			var message dnsmessage.Message
			if message.Unpack(buffer[:n]) != nil {
				continue
			}
			question := message.Questions[0]
			header := dnsmessage.ResourceHeader{Name: question.Name, Class: dnsmessage.ClassINET}
			answer := dnsmessage.Message{Header: dnsmessage.Header{ID: message.ID, Response: true, Authoritative: true}, Questions: message.Questions}
			if strings.HasPrefix(question.Name.String(), "alias.") {
				target := dnsmessage.MustNewName("prometheus.monitoring.svc.")
				answer.Answers = append(answer.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.CNAMEResource{CNAME: target}})
				header.Name = target
			}
			if question.Type == dnsmessage.TypeA {
				answer.Answers = append(answer.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}})
			}
			if packed, err := answer.Pack(); err == nil {
				_, _ = conn.WriteTo(packed, from)
			}
		}
	}()
	return conn.LocalAddr().String()
}
