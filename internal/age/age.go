package age

import (
	"cmp"
	"container/heap"
	"iter"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Compare orders objects by creation and then by UID, so that the operator and all servers agree
// on the order of two that were created in the same second.
func Compare(a, b metav1.Object) int {
	return cmp.Or(a.GetCreationTimestamp().Compare(b.GetCreationTimestamp().Time), cmp.Compare(a.GetUID(), b.GetUID()))
}

// Older reports whether a comes before b.
func Older(a, b metav1.Object) bool { return Compare(a, b) < 0 }

// Oldest yields objects from the oldest to the youngest. They are put into order only as far as
// the caller asks.
func Oldest[T metav1.Object](objects []T) iter.Seq[T] {
	return func(yield func(T) bool) {
		waiting := byAge[T](slices.Clone(objects))
		heap.Init(&waiting)
		for len(waiting) > 0 {
			oldest := waiting[0]
			heap.Pop(&waiting)
			if !yield(oldest) {
				return
			}
		}
	}
}

// byAge is a heap of which the oldest is first.
type byAge[T metav1.Object] []T

func (b byAge[T]) Len() int           { return len(b) }
func (b byAge[T]) Less(i, j int) bool { return Older(b[i], b[j]) }
func (b byAge[T]) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

// Push implements heap.Interface. Nothing is added.
func (b *byAge[T]) Push(any) {}

// Pop implements heap.Interface.
func (b *byAge[T]) Pop() any {
	last := len(*b) - 1
	out := (*b)[last]
	*b = (*b)[:last]
	return out
}
