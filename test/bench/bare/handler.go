// Package bare is the least that issues the same tokens as Grantor's token
// endpoint: a handler of net/http without further libraries, written as one would
// write it without much thought. It is what the token endpoint is compared with,
// and nothing to learn from: it knows no errors, limits, logs or changes.
package bare

import (
	"encoding/json"
	"net/http"
)

// Config is what the handler is told about the world.
type Config struct {
	Issuer string `json:"issuer"`
	// Clients by their IDs.
	Clients map[string]Client `json:"clients"`
	// Document is served as the discovery document.
	Document string `json:"document"`
}

// Client is what the handler knows of a client.
type Client struct {
	Secret string `json:"secret"`
	UID    string `json:"uid"`
	// Opaque clients get sealed tokens instead of signed ones.
	Opaque bool `json:"opaque"`
}

// New returns a handler with a token endpoint at /token and with /readyz.
func New(config Config) (http.Handler, error) {
	minter, err := newMinter(config.Issuer)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	document := []byte(config.Document)
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(document)
	})
	mux.HandleFunc("POST /par", func(w http.ResponseWriter, r *http.Request) { push(w, r, config, minter) })
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) { token(w, r, config, minter) })
	return mux, nil
}

// authenticate reads the form of a request and returns its client. It answers any other.
func authenticate(w http.ResponseWriter, r *http.Request, config Config) (id string, _ Client, ok bool) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return "", Client{}, false
	}
	id, secret, ok := r.BasicAuth()
	client, known := config.Clients[id]
	if !ok || !known || client.Secret != secret {
		http.Error(w, `{"error":"invalid_client"}`, http.StatusUnauthorized)
		return "", Client{}, false
	}
	return id, client, true
}

// push is a pushed authorization request, sealed into its answer.
func push(w http.ResponseWriter, r *http.Request, config Config, minter *minter) {
	if _, _, ok := authenticate(w, r, config); !ok {
		return
	}
	parameters, err := json.Marshal(r.PostForm)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"request_uri": "urn:ietf:params:oauth:request_uri:" + encode(minter.aead.Seal(nil, nil, parameters, nil)), "expires_in": 90,
	})
}

func token(w http.ResponseWriter, r *http.Request, config Config, minter *minter) {
	id, client, ok := authenticate(w, r, config)
	if !ok {
		return
	}
	if r.PostForm.Get("grant_type") != "client_credentials" {
		http.Error(w, `{"error":"unsupported_grant_type"}`, http.StatusBadRequest)
		return
	}
	scope, kind := r.PostForm.Get("scope"), "Bearer"
	var bound *confirmation
	if text := r.Header.Get("DPoP"); text != "" {
		var err error
		if bound, err = prove(text, config.Issuer+"/token"); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		kind = "DPoP"
	}
	token, err := minter.mint(id, client, scope, bound)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"access_token": token, "token_type": kind, "expires_in": int(lifetime.Seconds()), "scope": scope,
	})
}
