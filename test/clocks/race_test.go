package clocks

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/grantor-dev/grantor/test/history"
	"github.com/grantor-dev/grantor/test/installation"
)

// race is one race: the requests of some clients for the same thing, and what they are told.
type race struct {
	*driver
	*history.Recorder

	random *rand.Rand
}

// tokens are what an application got.
type tokens struct{ access, refresh string }

// answer is what an endpoint answered.
type answer struct {
	status int
	header http.Header
	body   map[string]any
}

// race returns the n-th race, with nothing recorded.
func (d *driver) race(n uint64) *race {
	return &race{driver: d, Recorder: history.NewRecorder(), random: random(n)}
}

// check fails the test for each finding, and returns how many there are.
func (r *race) check(name string) int64 {
	found := history.Check(r.Operations(), history.Bounds{Grace: grace - 10*time.Second})
	for _, one := range found {
		r.t.Errorf("%s: %s", name, one)
	}
	return int64(len(found))
}

// at returns the URL of some replica.
func (r *race) at() string {
	if len(r.urls) == 1 {
		return r.urls[0]
	}
	return r.urls[r.random.IntN(len(r.urls))]
}

// ways returns how many requests meet: mostly few.
func (r *race) ways() int {
	if r.random.IntN(8) == 0 {
		return 5 + r.random.IntN(12)
	}
	return 2 + r.random.IntN(3)
}

// together runs something at once.
func together(all []func()) {
	begin := make(chan struct{})
	var wg sync.WaitGroup
	for _, f := range all {
		wg.Go(func() {
			<-begin
			f()
		})
	}
	close(begin)
	wg.Wait()
}

// send returns nil if there was no answer.
func (r *race) send(request *http.Request) *answer {
	response, err := r.client.Do(request)
	if err != nil {
		return nil
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil
	}
	a := &answer{status: response.StatusCode, header: response.Header}
	_ = json.Unmarshal(body, &a.body)
	return a
}

func (r *race) post(to string, app installation.App, form url.Values) *answer {
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		panic(err) // every URL is one of a replica
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(url.QueryEscape(app.ID), url.QueryEscape(app.Secret))
	return r.send(request)
}

func (r *race) get(to string, change func(*http.Request)) *answer {
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, to, http.NoBody)
	if err != nil {
		panic(err) // every URL is one of a replica
	}
	change(request)
	return r.send(request)
}

// sent records a request and what it was told.
func (r *race) sent(o history.Operation, send func() *answer, judge func(*answer) history.Answer) (tokens, history.Answer) {
	end := r.Begin(o)
	a := send()
	told, got := history.Unknown, tokens{}
	if a != nil && a.status != http.StatusServiceUnavailable {
		told = judge(a)
		got.access, _ = a.body["access_token"].(string)
		got.refresh, _ = a.body["refresh_token"].(string)
	}
	end(told, got.refresh, got.access)
	if told == history.Broken {
		r.t.Errorf("a %s answers %d %v %v", o.Kind, a.status, a.body["error"], a.body["error_description"])
	}
	r.told.add(o.Kind, told)
	return got, told
}

// verdict judges answers: success is one status, and refusal another with its error.
func verdict(success, refusal int, code string) func(*answer) history.Answer {
	return func(a *answer) history.Answer {
		got, _ := a.body["error"].(string)
		switch {
		case a.status == success:
			return history.Accepted
		case a.status == refusal && (code == "" || got == code):
			return history.Refused
		}
		return history.Broken
	}
}

var ofTokens = verdict(http.StatusOK, http.StatusBadRequest, "invalid_grant")

func ofIntrospection(a *answer) history.Answer {
	if a.status == http.StatusOK && a.body["active"] == false {
		return history.Refused
	}
	return verdict(http.StatusOK, 0, "")(a)
}
