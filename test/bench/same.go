package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"
)

// patient is for single requests.
var patient = &http.Client{Timeout: 10 * time.Second}

// askToken asks for one token and returns the status and the decoded answer.
func askToken(base string, c *credential) (int, map[string]any, error) {
	return askForm(base+"/token", c, tokenForm)
}

// askForm sends a form as a client and returns the status and the decoded answer.
func askForm(to string, c *credential, form string) (int, map[string]any, error) {
	request, err := http.NewRequest(http.MethodPost, to, strings.NewReader(form))
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Authorization", "Basic "+c.basic())
	response, err := patient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, nil, err
	}
	answer := map[string]any{}
	_ = json.Unmarshal(body, &answer)
	return response.StatusCode, answer, nil
}

// sameClaims makes sure that both sides issue the same token: the same answer, the
// same header fields, the same claims, as long as each other.
func sameClaims(ours, handler string, c *credential) error {
	seen, err := describe(ours, c)
	if err != nil {
		return err
	}
	baseline, err := describe(handler, c)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(seen, baseline) {
		return fmt.Errorf("the bare handler's token is another one than Grantor's: %v and %v", baseline, seen)
	}
	return nil
}

// describe gets a token and returns what all tokens of the client have in common.
func describe(base string, c *credential) (map[string]any, error) {
	status, answer, err := askToken(base, c)
	if err != nil {
		return nil, err
	}
	token, _ := answer["access_token"].(string)
	parts := strings.Split(token, ".")
	if status != http.StatusOK || len(parts) != 3 {
		return nil, fmt.Errorf("%s answers %d without a JWT", base, status)
	}
	answer["access_token"] = len(token)
	for n, name := range []string{"header", "payload"} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[n])
		if err != nil {
			return nil, fmt.Errorf("decode the token's %s: %w", name, err)
		}
		content := map[string]any{}
		if err := json.Unmarshal(raw, &content); err != nil {
			return nil, fmt.Errorf("decode the token's %s: %w", name, err)
		}
		for _, differs := range []string{"kid", "iat", "exp", "jti"} {
			if _, ok := content[differs]; ok {
				content[differs] = true
			}
		}
		answer[name] = content
	}
	return answer, nil
}
