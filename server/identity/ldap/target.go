package ldap

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"net/url"

	"github.com/go-ldap/ldap/v3"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/outbound"
)

// target is where a directory is, and who searches it.
type target struct {
	address          string
	tls              *tls.Config
	startTLS         bool
	encrypted        bool
	bindDN, password string
	dial             func(ctx context.Context, network, address string) (net.Conn, error)
}

// parseTarget returns where the directory of a provider is.
func parseTarget(spec *oauthv1alpha1.LDAPProvider, o Options) (target, error) {
	u, err := url.Parse(spec.URL)
	if err != nil || u.Hostname() == "" || u.Scheme != "ldap" && u.Scheme != "ldaps" {
		return target{}, errors.New("ldap.url must be ldap:// or ldaps://, and a host")
	}
	if u.Scheme != "ldaps" && !spec.StartTLS && !isLoopback(u.Hostname()) {
		return target{}, errors.New("ldap.url: passwords must be encrypted; use ldaps://, or ldap.startTLS: true")
	}
	if spec.BindDN != "" && o.Secret == "" {
		// It would be an unauthenticated bind, which succeeds and finds what strangers find.
		return target{}, errors.New("ldap.bindSecretRef: the password is empty")
	}
	port := u.Port()
	switch {
	case port == "" && u.Scheme == "ldaps":
		port = "636"
	case port == "":
		port = "389"
	}
	boundMessages()
	return target{
		address: net.JoinHostPort(u.Hostname(), port), startTLS: spec.StartTLS, encrypted: u.Scheme == "ldaps",
		tls:    &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots, ServerName: u.Hostname()},
		bindDN: spec.BindDN, password: o.Secret, dial: outbound.Dialer(o.Networks, timeout),
	}, nil
}

// isLoopback reports whether a host is one to which passwords may go as they are.
func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// connect returns a new connection, encrypted if it has to be.
func (t target) connect(ctx context.Context) (*connection, error) {
	dialed, err := t.dial(ctx, "tcp", t.address)
	if err != nil {
		return nil, failure(ctx, "connect", err)
	}
	c := &connection{raw: &counted{Conn: dialed}}
	if t.encrypted {
		encrypted := tls.Client(c.raw, t.tls)
		if err := encrypted.HandshakeContext(ctx); err != nil {
			_ = dialed.Close()
			return nil, failure(ctx, "encrypt", err)
		}
		c.ldap = ldap.NewConn(encrypted, true)
	} else {
		c.ldap = ldap.NewConn(c.raw, false)
	}
	c.ldap.Start()
	if !t.startTLS {
		return c, nil
	}
	if err := c.during(ctx, func(l *ldap.Conn) error { return l.StartTLS(t.tls) }); err != nil {
		c.close()
		return nil, failure(ctx, "start TLS", err)
	}
	return c, nil
}

// bindAsReader binds as the account that searches, if there is one.
func (t target) bindAsReader(c *ldap.Conn) error {
	if t.bindDN == "" {
		return nil
	}
	return c.Bind(t.bindDN, t.password)
}
