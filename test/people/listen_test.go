package people

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// listener counts who comes.
type listener struct {
	*httptest.Server
	count atomic.Int64
}

func listen(t testing.TB) *listener {
	t.Helper()
	l := &listener{}
	l.Server = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { l.count.Add(1) }))
	t.Cleanup(l.Server.Close)
	return l
}
