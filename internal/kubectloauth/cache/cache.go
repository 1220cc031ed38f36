package cache

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Tokens are what a user has for one client.
type Tokens struct {
	IDToken           string    `json:"idToken,omitempty"`
	IDTokenExpiry     time.Time `json:"idTokenExpiry,omitzero"`
	AccessToken       string    `json:"accessToken,omitempty"`
	AccessTokenExpiry time.Time `json:"accessTokenExpiry,omitzero"`
	RefreshToken      string    `json:"refreshToken,omitempty"`
	Subject           string    `json:"subject,omitempty"`
}

// File is where the tokens of one client are.
type File struct{ path string }

// Open returns the file for what identifies the tokens. It need not exist.
func Open(dir string, identity ...string) (*File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the directory of the token cache: %w", err)
	}
	text, err := json.Marshal(identity)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	return &File{filepath.Join(dir, hex.EncodeToString(sum[:])+".json")}, nil
}

// Load returns the tokens, none if there are none that can be read.
func (f *File) Load() Tokens {
	var tokens Tokens
	content, err := os.ReadFile(f.path)
	if err != nil || json.Unmarshal(content, &tokens) != nil {
		return Tokens{}
	}
	return tokens
}

// Store replaces the tokens in one step. Only the user can read them.
func (f *File) Store(tokens Tokens) error {
	content, err := json.Marshal(tokens) //nolint:gosec // keeping them is what the file is for
	if err != nil {
		return err
	}
	// It has mode 0600.
	next, err := os.CreateTemp(filepath.Dir(f.path), "next-*")
	if err != nil {
		return fmt.Errorf("write the token cache: %w", err)
	}
	_, err = next.Write(content)
	if err = errors.Join(err, next.Close()); err == nil {
		err = os.Rename(next.Name(), f.path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write the token cache: %w", err), os.Remove(next.Name()))
	}
	return nil
}

// again is the time between two attempts to get the lock.
const again = 50 * time.Millisecond

// Lock waits until no other process has the lock. It is released by unlock and when the
// process ends.
func (f *File) Lock(ctx context.Context) (unlock func(), err error) {
	file, err := os.OpenFile(f.path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the token cache: %w", err)
	}
	ticker := time.NewTicker(again)
	defer ticker.Stop()
	for {
		locked, err := tryLock(file)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("lock the token cache: %w", err), file.Close())
		}
		if locked {
			// Closing the only descriptor releases the lock.
			return func() { _ = file.Close() }, nil
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("another process signs in or refreshes: %w", ctx.Err()), file.Close())
		case <-ticker.C:
		}
	}
}
