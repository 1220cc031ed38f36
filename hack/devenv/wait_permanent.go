package devenv

import "errors"

// hopeless marks an error that further probes cannot cure.
type hopeless struct{ error }

// Unwrap returns the marked error.
func (h hopeless) Unwrap() error { return h.error }

// permanent returns err if it ends the waiting, else nil.
func permanent(err error) error {
	if _, ok := errors.AsType[hopeless](err); ok {
		return err
	}
	return nil
}
