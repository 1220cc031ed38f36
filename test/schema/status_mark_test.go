package schema

var clientStatus = merged(
	textExamples(
		text{at: "status.serverRef.name", min: 1, max: 253},
		text{at: "status.serverRef.namespace", min: 1, max: 63},
		text{at: "status.credentials[].digest", max: 256},
	),
	requiredExamples("status.serverRef.name", "status.binding.name", "status.credentials[].digest", "status.credentials[].createdAt"),
	timeExamples("status.nextRotation", "status.credentials[].createdAt", "status.credentials[].expiresAt", "status.credentials[].rotationRequestedAt"),
	listExamples("status.credentials", 8, func(int) any {
		return map[string]any{"digest": "d", "createdAt": "2026-01-02T03:04:05Z"}
	}),
	setExamples("status.conditions", 16, condition),
)

var serverStatus = merged(
	textExamples(
		text{at: "status.keys[].id", max: 64},
		text{at: "status.sessions.fullClients[].uid", max: 64},
		text{at: "status.sessions.fullClients[].clientID", max: 640},
		text{at: "status.sessions.formerProviders[].name", max: 64},
	),
	enumExamples("status.keys[].use", "signing", "root", "pepper"),
	requiredExamples("status.keys[].id", "status.keys[].use", "status.keys[].createdAt", "status.sessions.fullClients[].uid",
		"status.sessions.formerProviders[].name", "status.sessions.formerProviders[].since"),
	timeExamples("status.keys[].createdAt", "status.keys[].activeFrom", "status.keys[].retireAt", "status.nextKeyRotation", "status.sessions.countedAt", "status.sessions.formerProviders[].since"),
	secondsExamples("status.keys[].longestLifetime", "longestLifetime must be between 0s and 87600h",
		[]string{"0s", "1s", "24h0m0s", "87600h"}, []string{"87600h1s", "87601h"}),
	setExamples("status.sessions.fullClients", 64, func(i int) any { return map[string]any{"uid": numbered("u%d")(i)} }),
	setExamples("status.sessions.formerProviders", 64, func(i int) any { return map[string]any{"name": numbered("p%d")(i), "since": "2026-01-02T03:04:05Z"} }),
	setExamples("status.keys", 64, func(i int) any {
		return map[string]any{"id": numbered("k%d")(i), "use": "root", "createdAt": "2026-01-02T03:04:05Z"}
	}),
	setExamples("status.conditions", 16, condition),
)

func condition(i int) any {
	return map[string]any{
		"type": numbered("Type%d")(i), "status": "True", "reason": "Reason", "message": "", "lastTransitionTime": "2026-01-02T03:04:05Z",
	}
}

var markExamples = merged(
	enumExamples("spec.kind", "RevokedToken", "UsedAssertion"),
	textExamples(text{at: "spec.attempt", max: 32}, text{at: "spec.clientUID", max: 64}),
	requiredExamples("spec", "spec.kind", "spec.expiresAt"),
	strictTimeExamples("spec.expiresAt"),
)
