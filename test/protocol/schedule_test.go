package protocol

import "net/http"

// schedule lets requests of clients run one at a time, from one request to the API server
// to the next.
type schedule struct {
	api     *apiServer
	path    *path
	faults  int
	arrived chan arrival
	waiting []*call
	order   []string
}

// call is a request to the API server that waits to be done.
type call struct {
	actor   string
	request *http.Request
	proceed chan fault
}

// arrival is how far a request of a client has come; the call is nil at its end.
type arrival struct{ call *call }

// replica is the API server as one replica sees it.
type replica struct {
	*schedule
	actor string
	// free does requests at once.
	free bool
}

var _ http.RoundTripper = (*replica)(nil)

// RoundTrip waits for its turn.
func (r *replica) RoundTrip(request *http.Request) (*http.Response, error) {
	if r.free {
		return r.api.do(request, none)
	}
	c := &call{actor: r.actor, request: request, proceed: make(chan fault)}
	r.arrived <- arrival{c}
	return r.api.do(request, <-c.proceed)
}

// start begins a request of a client and runs it up to its first request to the API server.
func (s *schedule) start(do func()) {
	go func() {
		do()
		s.arrived <- arrival{}
	}()
	s.await()
}

func (s *schedule) await() {
	if a := <-s.arrived; a.call != nil {
		s.waiting = append(s.waiting, a.call)
	}
}

// run does what waits, in the order and with the faults of the path.
func (s *schedule) run() {
	for len(s.waiting) > 0 {
		turn := s.path.choose(len(s.waiting))
		c := s.waiting[turn]
		s.waiting = append(s.waiting[:turn:turn], s.waiting[turn+1:]...)
		f := none
		if s.faults > 0 {
			if f = fault(s.path.choose(int(faults))); f != none {
				s.faults--
			}
		}
		s.order = append(s.order, c.actor+" "+c.request.Method+[...]string{"", " (request lost)", " (answer lost)"}[f])
		c.proceed <- f
		s.await()
	}
}
