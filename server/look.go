package server

import (
	"sync/atomic"

	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

// looks is how pages look, worked out once for each change of the OAuthServer.
type looks struct {
	settings func() *serverspec.Settings
	last     atomic.Pointer[seenLook]
}

type seenLook struct {
	of   *serverspec.Settings
	look *ui.Look
}

// current returns the look that the OAuthServer has now.
func (l *looks) current() *ui.Look {
	settings := l.settings()
	if known := l.last.Load(); known != nil && known.of == settings {
		return known.look
	}
	fresh := &seenLook{settings, lookOf(&settings.Appearance)}
	l.last.Store(fresh)
	return fresh.look
}

func lookOf(a *serverspec.Appearance) *ui.Look {
	look := &ui.Look{
		Words: ui.Words(a.AppearanceWords), Languages: map[texts.Language]ui.Words{}, Color: a.Color, Logo: ui.NewLogo(a.LogoType, a.Logo),
	}
	for language, words := range a.Translations {
		look.Languages[texts.Language(language)] = ui.Words(words)
	}
	return look
}
