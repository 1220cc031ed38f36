// Command golang is an application with one of several client libraries for Go, which
// the argument names; test/applications says what it reads and shows.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"net/url"
	"os"
	"time"
)

// settings are all that an application is told.
type settings struct{ issuer, id, secret, redirectURI string }

// person is what an application shows of a user.
type person struct {
	Subject   string `json:"subject"`
	Name      string `json:"name"`
	Email     string `json:"email"`
	Refreshed bool   `json:"refreshed"`
}

// site is a web site with a sign-in and a callback.
type site struct{ begin, finish http.Handler }

var sites = map[string]func(context.Context, settings) (site, error){
	"go-oidc": goOIDC, "cap": capOIDC, "goth": gothic, "zitadel": zitadel,
}

func main() {
	s := settings{os.Getenv("ISSUER"), os.Getenv("CLIENT_ID"), os.Getenv("CLIENT_SECRET"), os.Getenv("REDIRECT_URI")}
	callback, err := url.Parse(s.redirectURI)
	if err != nil {
		log.Fatal(err)
	}
	site, err := sites[os.Args[1]](context.Background(), s)
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("GET /{$}", site.begin)
	http.Handle("GET "+callback.Path, site.finish)
	log.Fatal((&http.Server{Addr: os.Getenv("ADDRESS"), ReadHeaderTimeout: 5 * time.Second}).ListenAndServe())
}

// redirect sends the visitor to the server.
func redirect(begin func() (string, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to, err := begin()
		if err != nil {
			show(w, err)
			return
		}
		http.Redirect(w, r, to, http.StatusFound)
	})
}

// finished shows what the application learned.
func finished(finish func(*http.Request) (person, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := finish(r)
		if err != nil {
			show(w, err)
			return
		}
		show(w, p)
	})
}

func show(w http.ResponseWriter, what any) {
	if err, ok := what.(error); ok {
		what = map[string]string{"error": err.Error()}
	}
	if err := json.NewEncoder(w).Encode(what); err != nil {
		log.Print(err)
	}
}
