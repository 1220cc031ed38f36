package slapd

import (
	"testing"

	"github.com/go-ldap/ldap/v3"
)

// As calls change as the administrator.
func (d *Directory) As(t testing.TB, change func(*ldap.Conn) error) {
	t.Helper()
	connection, err := ldap.DialURL(d.Plain)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if err := connection.Bind(admin, adminPassword); err != nil {
		t.Fatal(err)
	}
	if err := change(connection); err != nil {
		t.Fatal(err)
	}
}

// Add adds an entry, with a value for each of the attributes.
func (d *Directory) Add(t testing.TB, dn string, classes []string, attributes map[string]string) {
	t.Helper()
	request := ldap.NewAddRequest(dn, nil)
	request.Attribute("objectClass", classes)
	for name, value := range attributes {
		request.Attribute(name, []string{value})
	}
	d.As(t, func(c *ldap.Conn) error { return c.Add(request) })
}

// Set replaces an attribute of an entry. No value removes it.
func (d *Directory) Set(t testing.TB, dn, attribute string, values ...string) {
	t.Helper()
	request := ldap.NewModifyRequest(dn, nil)
	request.Replace(attribute, values)
	d.As(t, func(c *ldap.Conn) error { return c.Modify(request) })
}

// Remove removes an entry.
func (d *Directory) Remove(t testing.TB, dn string) {
	t.Helper()
	d.As(t, func(c *ldap.Conn) error { return c.Del(ldap.NewDelRequest(dn, nil)) })
}

// Move gives an entry another name.
func (d *Directory) Move(t testing.TB, dn, name, below string) {
	t.Helper()
	d.As(t, func(c *ldap.Conn) error { return c.ModifyDN(ldap.NewModifyDNRequest(dn, name, true, below)) })
}
