package jwksets

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/internal/outbound"
	"github.com/grantor-dev/grantor/internal/publickeys"
)

const (
	// timeout bounds a fetch from the first packet to the last.
	timeout = 5 * time.Second
	// maxSize is the size of a set, in bytes, and maxKeys how many of its keys count.
	maxSize = 64 << 10
	maxKeys = 16
	// How long a set may be kept, whatever its answer says.
	minAge, defaultAge, maxAge = time.Minute, 5 * time.Minute, time.Hour
)

var (
	errStatus = errors.New("it does not answer 200")
	errSize   = errors.New("it answers more than 64 KiB")
	errSet    = errors.New("it answers no JSON Web Key Set with a key that can be used")
)

// fetcher fetches sets.
type fetcher struct{ client *http.Client }

// newFetcher returns a fetcher that calls public addresses and those that allowed returns.
func newFetcher(allowed func() []netip.Prefix, roots *x509.CertPool) *fetcher {
	return &fetcher{outbound.New(outbound.Options{Networks: allowed, Timeout: timeout, MaxBody: maxSize, Roots: roots})}
}

// fetch returns the keys of a source and how long they may be kept.
func (f *fetcher) fetch(ctx context.Context, from Source) ([]publickeys.Key, time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	uri := from.URI
	if uri == "" {
		var err error
		if uri, err = f.discover(ctx, from.Issuer); err != nil {
			return nil, 0, err
		}
	}
	body, header, err := f.get(ctx, uri, "application/jwk-set+json, application/json")
	if err != nil {
		return nil, 0, err
	}
	keys, err := Parse(body)
	if err != nil {
		return nil, 0, fetchError(uri, err)
	}
	return keys, age(header.Get("Cache-Control")), nil
}

// get returns what is at a URL.
func (f *fetcher) get(ctx context.Context, uri, accept string) ([]byte, http.Header, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, uri, http.NoBody)
	if err != nil {
		return nil, nil, fmt.Errorf("fetch keys: %w", err)
	}
	if request.URL.Scheme != "https" {
		return nil, nil, fmt.Errorf("fetch keys: %w", outbound.ErrAddress)
	}
	request.Header.Set("Accept", accept)
	response, err := f.client.Do(request)
	if err != nil {
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			err = wrapped.Err
		}
		return nil, nil, fetchError(uri, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, nil, fetchError(uri, errStatus)
	}
	body, err := io.ReadAll(response.Body)
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		err = errSize
	}
	if err != nil {
		return nil, nil, fetchError(uri, err)
	}
	return body, response.Header, nil
}

// fetchError says what a URL did, for the log. A query may be a secret of the application.
func fetchError(uri string, err error) error {
	uri, _, _ = strings.Cut(uri, "?")
	return fmt.Errorf("fetch keys: %s: %w", uri, err)
}

// useSVID is what SPIFFE trust bundles say of keys that sign (SPIFFE Trust Domain and Bundle
// section 4.2.2).
const useSVID = "jwt-svid"

// Parse returns those keys of a set that can be used, at most 16, or an error if there is
// none: others are for other purposes. One that is private is none.
func Parse(body []byte) ([]publickeys.Key, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if json.Unmarshal(body, &set) != nil {
		return nil, errSet
	}
	var keys []publickeys.Key
	for _, raw := range set.Keys {
		var written publickeys.JWK
		if json.Unmarshal(raw, &written) != nil {
			continue
		}
		if written.Use == useSVID {
			written.Use = ""
		}
		if key, err := publickeys.Parse(written); err == nil && len(keys) < maxKeys {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return nil, errSet
	}
	return keys, nil
}

// age returns how long an answer may be kept.
func age(cacheControl string) time.Duration {
	return outbound.Age(cacheControl, minAge, defaultAge, maxAge)
}
