package environment

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// enoughLeft is how long a token must still be good for to be kept.
const enoughLeft = 12 * time.Hour

// accountWorks says whether a kubeconfig of an earlier run still makes its user
// the ServiceAccount, in this very cluster and for a good while.
func accountWorks(ctx context.Context, cluster *rest.Config, kubeconfig, account string) bool {
	cfg, err := devenv.LoadConfig(kubeconfig)
	if err != nil || cfg.Host != cluster.Host || time.Until(tokenExpiry(cfg.BearerToken)) < enoughLeft {
		return false
	}
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	review, err := client.AuthenticationV1().SelfSubjectReviews().
		Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	wanted := "system:serviceaccount:" + devenv.SystemNamespace + ":" + account
	return err == nil && review.Status.UserInfo.Username == wanted
}

// tokenExpiry reads a token's own word for its end. That is enough to decide
// whether to ask for another one; the API server verifies it.
func tokenExpiry(token string) time.Time {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return time.Time{}
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return time.Time{}
	}
	var claims struct {
		Expiry int64 `json:"exp"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		return time.Time{}
	}
	return time.Unix(claims.Expiry, 0)
}
