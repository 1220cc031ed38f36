package devenv

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// longestPrefix leaves room in a label for what generateName adds.
const longestPrefix = 40

// Namespace makes a namespace for one test, named after it. In a cluster that outlives
// the tests it is deleted afterwards, without waiting until it is gone; to empty
// namespaces costs an API server more than many a test.
func Namespace(t testing.TB, cfg *rest.Config) string {
	t.Helper()
	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		t.Fatalf("make a client: %v", err)
	}
	namespaces := client.CoreV1().Namespaces()
	ctx, cancel := context.WithTimeout(context.Background(), requestBound)
	defer cancel()
	made, err := namespaces.Create(ctx, &corev1.Namespace{
		ObjectMeta: metav1.ObjectMeta{GenerateName: namespacePrefix(t.Name())},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatalf("make a namespace: %v", err)
	}
	if os.Getenv(TestKubeconfigVariable) == "" {
		return made.Name
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := namespaces.Delete(ctx, made.Name, metav1.DeleteOptions{}); err != nil {
			// A test may have ended its own cluster already.
			t.Logf("delete namespace %s: %v", made.Name, err)
		}
	})
	return made.Name
}

// namespacePrefix turns a test's name into the beginning of a namespace's.
func namespacePrefix(test string) string {
	name := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(test), "-")
	name = "t-" + strings.Trim(strings.TrimPrefix(name, "test"), "-")
	return strings.Trim(name[:min(len(name), longestPrefix)], "-") + "-"
}
