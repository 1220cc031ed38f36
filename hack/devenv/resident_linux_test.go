package devenv

import (
	"os"
	"testing"
)

func TestResidentMemoryOfThisProcess(t *testing.T) {
	if mib, err := Resident(os.Getpid()); err != nil || mib < 1 {
		t.Errorf("resident memory is %v MiB, %v", mib, err)
	}
}
