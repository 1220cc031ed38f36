package history

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"sync"
	"time"
)

// Recorder records operations. Its methods may be called by several goroutines at once.
// It keeps digests, so that a finding shows no credential.
type Recorder struct {
	mu         sync.Mutex
	start      time.Time
	operations []Operation
}

// NewRecorder returns a Recorder whose time begins now.
func NewRecorder() *Recorder { return &Recorder{start: time.Now()} }

// Begin records that a request is being sent. The function that it returns records the
// answer; until then, and forever without one, the outcome is unknown.
func (r *Recorder) Begin(o Operation) (end func(answer Answer, refresh, access string)) {
	o.Answer, o.End = Unknown, math.MaxInt64
	o.Presented, o.Login, o.Value = digest(o.Presented), digest(o.Login), digest(o.Value)
	r.mu.Lock()
	defer r.mu.Unlock()
	i := len(r.operations)
	o.Begin = time.Since(r.start)
	r.operations = append(r.operations, o)
	return func(answer Answer, refresh, access string) {
		r.mu.Lock()
		defer r.mu.Unlock()
		ended := &r.operations[i]
		ended.End = time.Since(r.start)
		ended.Answer, ended.Refresh, ended.Access = answer, digest(refresh), digest(access)
	}
}

// See records something that is seen and not asked for.
func (r *Recorder) See(o Operation) { r.Begin(o)(Accepted, "", "") }

// Operations returns what was recorded, in the order of Begin.
func (r *Recorder) Operations() []Operation {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.operations)
}

func digest(text string) string {
	if text == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:6])
}
