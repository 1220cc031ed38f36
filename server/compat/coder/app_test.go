package coder

import (
	"reflect"
	"testing"

	"github.com/grantor-dev/grantor/server/registration/objects"
)

func TestSecretsTellNone(t *testing.T) {
	if list := secrets(&objects.Client{}); len(list) != 0 || list == nil {
		t.Errorf("%v", list)
	}
	list := secrets(&objects.Client{Secret: 3})
	if !reflect.DeepEqual(list, []any{map[string]any{"id": "3", "last_used_at": nil, "client_secret_truncated": "gcs_"}}) {
		t.Errorf("%v", list)
	}
}
