package coder

import (
	"reflect"
	"testing"

	"github.com/grantor-dev/grantor/server/registration/objects"
)

func TestSecretsTellTheirEnds(t *testing.T) {
	if list := secrets(&objects.Client{}, "gcs_abcdefgh"); len(list) != 0 || list == nil {
		t.Errorf("%v", list)
	}
	for secret, end := range map[string]string{"gcs_abcdefgh": "efgh", "": ""} {
		list := secrets(&objects.Client{Secret: 3}, secret)
		if !reflect.DeepEqual(list, []any{map[string]any{"id": "3", "last_used_at": nil, "client_secret_truncated": end}}) {
			t.Errorf("%v", list)
		}
	}
}
