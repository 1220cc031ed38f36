package clientdocuments

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

// sites are hosts of clients at loopback addresses, whose certificates the servers trust.
var sites site

// site answers at two ports of localhost, which are two hosts: the OAuthServer names the
// first. What it publishes is set by path.
type site struct {
	// host is the one that is named, other the one that is not.
	host, other string

	mu        sync.Mutex
	published map[string]http.HandlerFunc
	asked     map[string]int
	away      bool
}

func (s *site) start() error {
	s.published, s.asked = map[string]http.HandlerFunc{}, map[string]int{}
	hosts, err := installation.TrustedHosts(2, s)
	if err != nil {
		return err
	}
	s.host, s.other = hosts[0], hosts[1]
	return nil
}

// ServeHTTP implements http.Handler.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked[r.Host+r.URL.RequestURI()]++
	answer, away := s.published[r.URL.Path], s.away
	s.mu.Unlock()
	switch {
	case away:
		panic(http.ErrAbortHandler)
	case answer == nil:
		http.NotFound(w, r)
	default:
		answer(w, r)
	}
}

// requests returns how often a document was asked for.
func (s *site) requests(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[strings.TrimPrefix(id, "https://")]
}

// requestsOf returns how many requests came to a host.
func (s *site) requestsOf(host string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := 0
	for address, n := range s.asked {
		if strings.HasPrefix(address, host+"/") {
			sum += n
		}
	}
	return sum
}

// forget forgets which documents of the named host were asked for.
func (s *site) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.asked, func(address string, _ int) bool { return strings.HasPrefix(address, s.host+"/") })
}

func (s *site) setAway(away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away = away
}

// answers publishes something at a path of the test's own, and returns its URL.
func (s *site) answers(t testing.TB, answer http.HandlerFunc) string {
	t.Helper()
	path := "/" + strings.NewReplacer("/", "-", " ", "-", "'", "", ",", "", "#", "", ".", "-").Replace(t.Name()) + "/client.json"
	s.mu.Lock()
	defer s.mu.Unlock()
	s.published[path] = answer
	return "https://" + s.host + path
}

// publishes publishes a document with changes, of which nil removes a member.
func (s *site) publishes(t testing.TB, changes map[string]any) string {
	t.Helper()
	document := map[string]any{
		"client_name": "Agent", "redirect_uris": []string{"https://" + s.host + "/callback", "http://127.0.0.1/callback"},
		"grant_types": []string{"authorization_code", "refresh_token"}, "token_endpoint_auth_method": "none",
	}
	var id string
	id = s.answers(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		served := maps.Clone(document)
		// One document stands for many, which a query tells apart.
		if served["client_id"] == id {
			served["client_id"] = "https://" + r.Host + r.URL.RequestURI()
		}
		_ = json.NewEncoder(w).Encode(served)
	})
	document["client_id"] = id
	maps.Copy(document, changes)
	maps.DeleteFunc(document, func(_ string, value any) bool { return value == nil })
	return id
}
