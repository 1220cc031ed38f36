// Package errorsx has what fosite uses of errors.
//
// It owns the interfaces that fosite asserts of its errors. It records no stacks: an
// OAuth error is an answer, not a defect, and each refused request would pay for one.
package errorsx
