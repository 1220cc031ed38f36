package flow

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/grantor-dev/grantor/server/texts"
)

// MaxLocales is how much of ui_locales is kept with a request, in bytes.
const MaxLocales = 128

// wish is what the request in flight says about languages.
type wish struct{ locales string }

type wishKey struct{}

func withWish(ctx context.Context, w *wish) context.Context {
	return context.WithValue(ctx, wishKey{}, w)
}

// Prefer makes the answer to a request, or its error, speak one of the languages that the
// application asked for (ui_locales). Without any it speaks the browser's.
func Prefer(r *http.Request, locales string) {
	if w, ok := r.Context().Value(wishKey{}).(*wish); ok {
		w.locales = cmp.Or(locales, w.locales)
	}
}

func (w *wish) language(r *http.Request) texts.Language { return Language(r, w.locales) }

// of adds the wish to an error.
func (w *wish) of(err error) error {
	if w.locales == "" {
		return err
	}
	return &spoken{err, w.locales}
}

// spoken is an error for someone who wants a language.
type spoken struct {
	error

	locales string
}

// Unwrap returns the error.
func (e *spoken) Unwrap() error { return e.error }

// languageOf returns the language for an error.
func languageOf(r *http.Request, err error) texts.Language {
	locales := ""
	if e, ok := errors.AsType[*spoken](err); ok {
		locales = e.locales
	}
	return Language(r, locales)
}

// Language returns the language for the answer to a request.
func Language(r *http.Request, locales string) texts.Language {
	return texts.Match(locales, strings.Join(r.Header.Values("Accept-Language"), ","))
}
