package ui

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed assets
var files embed.FS

const (
	styleSheet   = "grantor.css"
	submitScript = "submit.js"
	icon         = "icon.svg"

	// AssetPath is where assets are, below the base.
	AssetPath = "/assets/"
)

// asset is one file that pages load.
type asset struct {
	// name is the file's name with a hash of its content: "grantor-1a2b3c.css".
	name        string
	contentType string
	content     []byte
}

func loadAssets() (map[string]asset, error) {
	assets := map[string]asset{}
	for name, contentType := range map[string]string{
		styleSheet: "text/css; charset=utf-8", submitScript: "text/javascript; charset=utf-8", icon: "image/svg+xml",
	} {
		content, err := files.ReadFile("assets/" + name)
		if err != nil {
			return nil, fmt.Errorf("read the asset %s: %w", name, err)
		}
		sum := sha256.Sum256(content)
		extension := path.Ext(name)
		hashed := strings.TrimSuffix(name, extension) + "-" + hex.EncodeToString(sum[:8]) + extension
		assets[name] = asset{hashed, contentType, content}
	}
	return assets, nil
}

// Assets returns the handler of everything below /assets/ (of the base): the last
// element of the path is the name of the file, which contains its hash.
func (p *Pages) Assets() http.Handler { return http.HandlerFunc(p.serveAsset) }

func (p *Pages) serveAsset(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "Use GET.", http.StatusMethodNotAllowed)
		return
	}
	wanted := path.Base(r.URL.Path)
	found, ok := p.find(wanted)
	if !ok {
		http.NotFound(w, r)
		return
	}
	// While replicas of two versions run, one is asked for an asset of the other: a
	// page in a slightly different style is better than one without, but no cache may
	// keep it under that name.
	caching := "no-store"
	if found.name == wanted {
		caching = "public, max-age=31536000, immutable"
	}
	header := w.Header()
	header.Set("Cache-Control", caching)
	header.Set("Content-Type", found.contentType)
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, wanted, time.Time{}, bytes.NewReader(found.content))
}

// find returns the asset of a name, or the one that has taken its place.
func (p *Pages) find(wanted string) (asset, bool) {
	switch {
	case strings.HasPrefix(wanted, accentPrefix):
		return accentSheet(wanted)
	case strings.HasPrefix(wanted, logoPrefix):
		logo := p.look().Logo
		if logo == nil {
			return asset{}, false
		}
		return asset{logo.name, logo.contentType, logo.content}, true
	}
	found, ok := p.assets[unhashed(wanted)]
	return found, ok
}

// unhashed returns the name of an asset without its hash.
func unhashed(name string) string {
	extension := path.Ext(name)
	stem, _, _ := strings.Cut(strings.TrimSuffix(name, extension), "-")
	return stem + extension
}
