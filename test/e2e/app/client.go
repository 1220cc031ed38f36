package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// credentials are files of a mounted Secret and, for a client without a secret,
// the token that the cluster projects.
type credentials struct {
	secret, assertion, audience string
}

// config reads the files: what is in them changes while the program runs.
func (c credentials) config() (*clientcredentials.Config, error) {
	id, err := read(c.secret, "client_id")
	if err != nil {
		return nil, err
	}
	endpoint, err := read(c.secret, "token_endpoint")
	if err != nil {
		return nil, err
	}
	config := &clientcredentials.Config{
		ClientID: id, TokenURL: endpoint, Scopes: []string{"read"}, EndpointParams: url.Values{},
	}
	if c.audience != "" {
		config.EndpointParams.Set("audience", c.audience)
	}
	if c.assertion == "" {
		config.AuthStyle = oauth2.AuthStyleInHeader
		config.ClientSecret, err = read(c.secret, "client_secret")
		return config, err
	}
	token, err := os.ReadFile(c.assertion)
	if err != nil {
		return nil, fmt.Errorf("read the projected token: %w", err)
	}
	config.AuthStyle = oauth2.AuthStyleInParams
	config.EndpointParams.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
	config.EndpointParams.Set("client_assertion", strings.TrimSpace(string(token)))
	return config, nil
}

func read(directory, name string) (string, error) {
	content, err := os.ReadFile(filepath.Join(directory, name))
	if err != nil {
		return "", fmt.Errorf("read a Secret's file: %w", err)
	}
	return strings.TrimSpace(string(content)), nil
}
