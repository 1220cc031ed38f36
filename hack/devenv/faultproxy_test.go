package devenv

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestProxyPassesTheCallersTokenAndNoOther(t *testing.T) {
	upstream := newUpstream(t)
	client := upstream.through(t, nil)
	if err := client.get("a"); err != nil {
		t.Fatal(err)
	}
	if got := upstream.authorization.Load(); got != "Bearer of-the-caller" {
		t.Errorf("the API server saw %q", got)
	}
}

func TestProxyRefusesWithAStatus(t *testing.T) {
	upstream := newUpstream(t)
	client := upstream.through(t, When(IsRead, Refuse(http.StatusConflict, metav1.StatusReasonConflict, "said so")))
	err := client.get("a")
	if !apierrors.IsConflict(err) || err.Error() != "said so" {
		t.Errorf("got %v", err)
	}
	if n := upstream.requests.Load(); n != 0 {
		t.Errorf("%d requests were forwarded", n)
	}
}

func TestProxyDropsBeforeForwarding(t *testing.T) {
	upstream := newUpstream(t)
	client := upstream.through(t, When(IsWrite, Drop()))
	if err := client.create("a"); err == nil || apierrors.ReasonForError(err) != "" {
		t.Errorf("wanted a broken connection, got %v", err)
	}
	if n := upstream.requests.Load(); n != 0 {
		t.Errorf("%d requests were forwarded", n)
	}
}

func TestProxyLosesAnAnswer(t *testing.T) {
	upstream := newUpstream(t)
	var doneBefore int64
	client := upstream.through(t, When(IsWrite, LoseAnswer(func() { doneBefore = upstream.requests.Load() })))
	if err := client.create("a"); err == nil {
		t.Error("the answer arrived")
	}
	if n := upstream.requests.Load(); n != 1 || doneBefore != 1 {
		t.Errorf("%d requests were forwarded, %d when the answer was lost", n, doneBefore)
	}
}

func TestProxyDelays(t *testing.T) {
	upstream := newUpstream(t)
	client := upstream.through(t, When(IsRead, Delay(200*time.Millisecond, nil)))
	started := time.Now()
	if err := client.get("a"); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(started); took < 200*time.Millisecond {
		t.Errorf("it took %s", took)
	}
}

func TestProxyHangsUntilTheClientGivesUp(t *testing.T) {
	upstream := newUpstream(t)
	client := upstream.through(t, When(IsRead, Hang()))
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	err := client.rest.Get().AbsPath(secretPath + "/a").Do(ctx).Error()
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestOnlyTheNthRequestIsHit(t *testing.T) {
	upstream := newUpstream(t)
	client := upstream.through(t, Nth(2, IsWrite, Drop()))
	for i, wantFailure := range []bool{false, true, false} {
		if err := client.get("a"); err != nil {
			t.Errorf("read %d: %v", i+1, err)
		}
		if err := client.create("a"); (err != nil) != wantFailure {
			t.Errorf("write %d: %v", i+1, err)
		}
	}
}

func TestNothingIsForwardedAfterACrash(t *testing.T) {
	upstream := newUpstream(t)
	var crashes atomic.Int64
	client := upstream.through(t, CrashAfter(2, IsWrite, func() { crashes.Add(1) }))
	if err := client.create("a"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := client.create("a"); err == nil {
			t.Error("a write at or after the crash was answered")
		}
	}
	if err := client.get("a"); err == nil {
		t.Error("a read after the crash was answered")
	}
	if n := upstream.requests.Load(); n != 2 || crashes.Load() != 1 {
		t.Errorf("%d requests were forwarded, %d crashes", n, crashes.Load())
	}
}

func TestProxyCountsWhatArrives(t *testing.T) {
	upstream := newUpstream(t)
	client := upstream.through(t, When(IsWrite, Drop()))
	_ = client.create("a")
	_ = client.get("a")
	_ = client.get("a")
	counts := client.proxy.Counts()
	if counts[RequestKey{"get", "", "secrets"}] != 2 || counts[RequestKey{"create", "", "secrets"}] != 1 {
		t.Errorf("got\n%s", counts)
	}
}
