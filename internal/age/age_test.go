package age

import (
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

func TestOldest(t *testing.T) {
	noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	object := func(uid string, after time.Duration) *metav1.ObjectMeta {
		return &metav1.ObjectMeta{UID: types.UID(uid), CreationTimestamp: metav1.NewTime(noon.Add(after))}
	}
	all := []*metav1.ObjectMeta{object("d", time.Second), object("b", 0), object("a", time.Minute), object("c", 0)}
	var order []string
	for one := range Oldest(all) {
		order = append(order, string(one.UID))
	}
	if !slices.Equal(order, []string{"b", "c", "d", "a"}) || all[0].UID != "d" {
		t.Errorf("%v", order)
	}
	for one := range Oldest(all) {
		if one.UID != "b" {
			t.Errorf("%s", one.UID)
		}
		break
	}
	if Older(all[0], all[0]) || Compare(all[0], all[0]) != 0 || Older(all[2], all[0]) {
		t.Error("an object is older than itself, or a younger one older")
	}
}
