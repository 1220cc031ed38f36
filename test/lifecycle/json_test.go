package lifecycle

import (
	"bytes"
	"encoding/json"
)

// equalJSON reports whether two values are the same in JSON.
func equalJSON(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
