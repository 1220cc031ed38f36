package schema

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
)

// generationExamples are those of an object that is replaced generation by generation.
var generationExamples = examples{
	"the first generation":          accept("spec.generation", "minimum", fields{"spec.generation": int64(1)}),
	"the generation of ten years":   accept("spec.generation", "minimum", fields{"spec.generation": int64(1e9)}),
	"a generation before the first": refuse("spec.generation", "minimum", fields{"spec.generation": int64(0)}),
	"a negative generation":         refuse("spec.generation", "minimum", fields{"spec.generation": int64(-1)}),
}

// authorizationExamples are those of what a user allows a client, whose ID has so many
// characters at most.
func authorizationExamples(client int) examples {
	return textExamples(
		text{at: "spec.subject", max: 64},
		text{at: "spec.client", max: client},
		text{at: "spec.clientUID", max: 64},
		text{at: "spec.payload", max: 8192},
	)
}

var grantExamples = merged(
	authorizationExamples(640),
	textExamples(
		text{at: "spec.scope", max: 8300},
		text{at: "spec.login", max: 64},
	),
	enumExamples("spec.state", "Active", "Revoked"),
	requiredExamples("spec", "spec.subject", "spec.client", "spec.clientUID", "spec.generation", "spec.state", "spec.issuedAt", "spec.expiresAt", "spec.payload"),
	strictTimeExamples("spec.issuedAt", "spec.expiresAt"),
	generationExamples,
)

var loginExamples = merged(
	textExamples(
		text{at: "spec.subject", max: 64},
		text{at: "spec.userUID", max: 64},
		text{at: "spec.payload", max: 8192},
	),
	enumExamples("spec.state", "Active", "Ended"),
	requiredExamples("spec", "spec.subject", "spec.userUID", "spec.state", "spec.expiresAt", "spec.payload"),
	strictTimeExamples("spec.expiresAt"),
)

var consentExamples = merged(
	authorizationExamples(320),
	textExamples(
		text{at: "spec.scope", max: 8300},
		text{at: "spec.audiences[]", max: 512},
	),
	setExamples("spec.audiences", 64, numbered("api%d")),
	enumExamples("spec.state", "Granted", "Withdrawn"),
	requiredExamples("spec", "spec.subject", "spec.client", "spec.clientUID", "spec.state", "spec.expiresAt", "spec.payload"),
	strictTimeExamples("spec.expiresAt"),
)

var approvalExamples = merged(
	authorizationExamples(320),
	textExamples(text{at: "spec.grant", max: 32}),
	enumExamples("spec.state", "Claimed", "Asked", "Allowed", "Denied"),
	requiredExamples("spec", "spec.subject", "spec.state", "spec.expiresAt", "spec.payload"),
	strictTimeExamples("spec.expiresAt"),
)

var registrationExamples = merged(
	textExamples(
		text{at: "spec.server", max: 253},
		text{at: "spec.namespace", max: 63},
		text{at: "spec.client", max: 63},
		text{at: "spec.registrant", max: 400},
		text{at: "spec.clientUID", max: 64},
		text{at: "spec.refusal", max: 1024},
		text{at: "spec.payload", max: 65536},
		text{at: "spec.seal", max: 256},
	),
	enumExamples("spec.state", "Registered", "Refused", "Deleted"),
	requiredExamples("spec", "spec.server", "spec.namespace", "spec.client", "spec.registrant", "spec.generation", "spec.state", "spec.payload", "spec.seal"),
	generationExamples,
)

var connectionExamples = merged(
	textExamples(
		text{at: "spec.server", max: 253},
		text{at: "spec.namespace", max: 63},
		text{at: "spec.token", max: 253},
		text{at: "spec.tokenUID", max: 64},
		text{at: "spec.subject", max: 64},
		text{at: "spec.refusal", max: 1024},
		text{at: "spec.payload", max: 16384},
	),
	enumExamples("spec.state", "Received", "Taken"),
	requiredExamples("spec", "spec.server", "spec.namespace", "spec.token", "spec.tokenUID", "spec.generation", "spec.subject", "spec.state", "spec.expiresAt"),
	strictTimeExamples("spec.expiresAt"),
	examples{
		"the first generation of a connection":          accept("spec.generation", "minimum", fields{"spec.generation": int64(1)}),
		"a generation before the first of a connection": refuse("spec.generation", "minimum", fields{"spec.generation": int64(0)}),
	},
)

var personExamples = merged(
	textExamples(
		text{at: "spec.subject", max: 64},
		text{at: "spec.provider", max: 32},
		text{at: "spec.username", max: 256},
		text{at: "spec.payload", max: 65536},
	),
	enumExamples("spec.state", "Active", "Blocked"),
	requiredExamples("spec", "spec.subject", "spec.provider", "spec.state", "spec.checkedAt", "spec.expiresAt", "spec.payload"),
	strictTimeExamples("spec.checkedAt"),
	strictTimeExamples("spec.expiresAt"),
)

var enrollmentExamples = merged(
	textExamples(
		text{at: "spec.subject", max: 64},
		text{at: "spec.userUID", max: 64},
		text{at: "spec.factors[]", max: 32},
		text{at: "spec.payload", max: 32768},
	),
	setExamples("spec.factors", 8, numbered("factor%d")),
	enumExamples("spec.state", "Active", "Reset"),
	requiredExamples("spec", "spec.subject", "spec.state", "spec.payload"),
	strictTimeExamples("spec.expiresAt"),
)

// TestEveryStoredGenerationCanBeRead: a number that Go cannot decode fails the list of
// every client that reads all Grants.
func TestEveryStoredGenerationCanBeRead(t *testing.T) {
	for _, generation := range []any{int64(1), int64(1) << 53, int64(math.MaxInt64), 1.0, 1e3, 1e18, 9.3e18, 1e20, 1e300, 1.5, "1", true} {
		t.Run(fmt.Sprint(generation), func(t *testing.T) {
			t.Parallel()
			stored, err := try(t, manifest(t, "Grant", fields{"spec.generation": generation}))
			if err != nil {
				return
			}
			raw, err := json.Marshal(stored)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(raw, &sessionv1alpha1.Grant{}); err != nil {
				t.Errorf("the API server stores %v, and no program can read the object: %v", generation, err)
			}
		})
	}
}
