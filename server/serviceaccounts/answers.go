package serviceaccounts

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/grantor-dev/grantor/internal/recent"
)

// maxAnswers bounds how many answers of each kind are remembered, twice.
const maxAnswers = 4096

// digest stands for a token and an audience.
type digest [sha256.Size]byte

// answer is whose token it was at a time.
type answer struct {
	username string
	at       time.Time
}

// answers remembers what the API server said. Authentic tokens are apart from others,
// so that guesses cannot push them out.
type answers struct {
	now func() time.Time

	mu             sync.Mutex
	authentic, not *recent.Map[digest, answer]
}

func newAnswers(now func() time.Time) *answers {
	return &answers{now: now, authentic: recent.NewMap[digest, answer](maxAnswers), not: recent.NewMap[digest, answer](maxAnswers)}
}

// get returns an answer and whether it still counts; known says that the token was
// authentic once.
func (a *answers) get(key digest) (username string, fresh, known bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	no, refused := a.not.Get(key)
	yes, known := a.authentic.Get(key)
	if refused && (!known || no.at.After(yes.at)) {
		return "", a.now().Sub(no.at) < disbelieved, known
	}
	return yes.username, known && a.now().Sub(yes.at) < believed, known
}

// put remembers an answer to what was asked at a time.
func (a *answers) put(key digest, username string, asked time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if username == "" {
		a.not.Put(key, answer{at: asked})
		return
	}
	a.authentic.Put(key, answer{username: username, at: asked})
}
