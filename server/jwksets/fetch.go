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
	"strconv"
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

// fetch returns the keys at a URL and how long they may be kept.
func (f *fetcher) fetch(ctx context.Context, uri string) ([]publickeys.Key, time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, uri, http.NoBody)
	if err != nil {
		return nil, 0, fmt.Errorf("fetch keys: %w", err)
	}
	if request.URL.Scheme != "https" {
		return nil, 0, fmt.Errorf("fetch keys: %w", outbound.ErrAddress)
	}
	request.Header.Set("Accept", "application/jwk-set+json, application/json")
	// A query may be a secret of the application; this goes to the log.
	uri, _, _ = strings.Cut(uri, "?")
	response, err := f.client.Do(request)
	if err != nil {
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			err = wrapped.Err
		}
		return nil, 0, fmt.Errorf("fetch keys: %s: %w", uri, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, 0, fmt.Errorf("fetch keys: %s: %w", uri, errStatus)
	}
	body, err := io.ReadAll(response.Body)
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		err = errSize
	}
	if err != nil {
		return nil, 0, fmt.Errorf("fetch keys: %s: %w", uri, err)
	}
	keys, err := decode(body)
	if err != nil {
		return nil, 0, fmt.Errorf("fetch keys: %s: %w", uri, err)
	}
	return keys, age(response.Header.Get("Cache-Control")), nil
}

// decode returns those keys of a set that can be used: others are for other purposes.
// One that is private is none.
func decode(body []byte) ([]publickeys.Key, error) {
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
	for directive := range strings.SplitSeq(strings.ToLower(cacheControl), ",") {
		seconds, ok := strings.CutPrefix(strings.TrimSpace(directive), "max-age=")
		if !ok {
			continue
		}
		if n, err := strconv.ParseUint(seconds, 10, 31); err == nil {
			return min(max(time.Duration(n)*time.Second, minAge), maxAge)
		}
	}
	return defaultAge
}
