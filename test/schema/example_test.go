package schema

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// example is one change of a full manifest that a rule accepts or refuses.
type example struct {
	// at is the place of the rule in the schema: "spec.redirectURIs[]".
	at string
	// rule is a schema keyword, or the message of a CEL rule.
	rule    string
	change  fields
	refused bool
}

// examples are those of one kind, keyed by a sentence.
type examples map[string]example

// registry is every example there is, by kind.
var registry = map[string]examples{
	"OAuthClient":           merged(clientRules, clientAuthentication, clientFederated, clientKeys, clientRequests, clientCertificates, clientTexts, clientLists, clientURIs, clientRedirects, clientPeople, clientSigningIn, clientDevices, clientExchange, clientSecretKeys, clientDurations, clientSecrets, clientDerived, clientStatus),
	"OAuthClientPolicy":     merged(policyRules, policyFederated, policyExchange, policyTexts, policyLists, policyDurations, policyStatus),
	"OAuthIdentityProvider": merged(providerRules, providerTexts, providerLists, providerStatus),
	"OAuthResource":         merged(resourceRules, resourceTexts, resourceLists, resourceStatus),
	"OAuthToken":            merged(tokenRules, tokenTexts, tokenLists, tokenStatus),
	"OAuthServer":           merged(serverRules, serverTrust, serverTexts, serverLists, serverSessions, serverKeys, serverDurations, serverSettings, serverSigningIn, serverDocuments, serverRegistration, serverCompatibility, serverDeployment, serverStatus),
	"Grant":                 grantExamples,
	"Login":                 loginExamples,
	"Consent":               consentExamples,
	"Approval":              approvalExamples,
	"Connection":            connectionExamples,
	"Person":                personExamples,
	"Registration":          registrationExamples,
	"OAuthUser":             merged(userTexts, userIdentities, userStatus, enumExamples("spec.passwordChange", "Allow", "Deny")),
	"Mark":                  markExamples,
	"Enrollment":            enrollmentExamples,
}

// says is what the API server answers for a keyword of the schema; for a CEL rule
// it is the rule's message.
var says = map[string]string{
	"maxLength": "may not be more than",
	"minLength": "should be at least",
	"pattern":   "should match",
	"minimum":   "should be greater than or equal to",
	"maximum":   "should be less than or equal to",
	"enum":      "supported values",
	"maxItems":  "must have at most",
	"minItems":  "should have at least",
	"required":  "Required value",
	"duplicate": "Duplicate value",
	"date-time": "must be of type date-time",
}

func accept(at, rule string, change fields) example {
	return example{at: at, rule: rule, change: change}
}

func refuse(at, rule string, change fields) example {
	return example{at: at, rule: rule, change: change, refused: true}
}

func merged(tables ...examples) examples {
	all := examples{}
	for _, table := range tables {
		for name := range table {
			if _, twice := all[name]; twice {
				panic("two examples are called " + name)
			}
		}
		maps.Copy(all, table)
	}
	return all
}

func TestEveryExample(t *testing.T) {
	for kind, table := range registry {
		existing := create(t, namespaced(manifest(t, kind, fields{"status": nil}), devenv.Namespace(t, cluster.Kube(t).Config)))
		for name, e := range table {
			t.Run(kind+" "+name, func(t *testing.T) {
				t.Parallel()
				var err error
				if strings.HasPrefix(e.at, "status") {
					err = tryStatus(t, existing, e.change)
				} else {
					_, err = try(t, manifest(t, kind, merge(fields{"status": nil}, e.change)))
				}
				e.judge(t, err)
			})
		}
	}
}

func (e example) judge(t *testing.T, err error) {
	t.Helper()
	if !e.refused {
		if err != nil {
			t.Fatalf("refused, but it is fine: %v", err)
		}
		return
	}
	wanted := e.rule
	if text, ok := says[e.rule]; ok {
		wanted = text
	}
	if !hasCause(err, e.at, wanted) {
		t.Fatalf("wanted at %q: %q\ngot: %v", e.at, wanted, err)
	}
}

// hasCause says whether err names the field and gives the reason.
func hasCause(err error, at, wanted string) bool {
	var status *apierrors.StatusError
	if !errors.As(err, &status) || !apierrors.IsInvalid(err) || status.ErrStatus.Details == nil {
		return false
	}
	field := strings.NewReplacer("[]", "[", "{}", ".key").Replace(at)
	for _, cause := range status.ErrStatus.Details.Causes {
		got := strings.NewReplacer("[0]", "[", "[1]", "[").Replace(cause.Field)
		if (at == "" || got == field || got == field+"[") && strings.Contains(cause.Message, wanted) {
			return true
		}
	}
	return false
}

func tryStatus(t *testing.T, existing *unstructured.Unstructured, change fields) error {
	t.Helper()
	object := existing.DeepCopy()
	object.Object["status"] = manifest(t, object.GetKind(), change).Object["status"]
	_, err := api(t, object.GetKind(), object.GetNamespace()).UpdateStatus(context.Background(), object, metav1.UpdateOptions{
		DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict,
	})
	return err
}

func namespaced(object *unstructured.Unstructured, namespace string) *unstructured.Unstructured {
	object.SetNamespace(namespace)
	return object
}

func merge(a, b fields) fields {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}
