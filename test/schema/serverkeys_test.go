package schema

// serverKeys is about when keys of a server are replaced.
var serverKeys = merged(
	secondsExamples("spec.clientSecrets.minRotationInterval", "minRotationInterval must be between 1s and 8760h", []string{"1s", "1h", "8760h"}, []string{"0s", "8760h1s"}),
	secondsExamples("spec.keys.rotationInterval", "rotationInterval must be between 1s and 87600h",
		[]string{"1s", "720h", "87600h"}, []string{"0s", "87600h1s", "87601h"}),
	secondsExamples("spec.keys.rootRotationInterval", "rootRotationInterval must be between 1s and 87600h",
		[]string{"1s", "8760h", "87600h"}, []string{"0s", "87600h1s", "87601h"}),
	strictTimeExamples("spec.keys.requestedAt"),
	setExamples("spec.keys.revoked", 64, numbered("k%d")),
	textExamples(text{at: "spec.keys.revoked[]", min: 1, max: 64, good: []string{"0df06ec9697a", "a_b-C"}, bad: []string{"a.b", "a b", "a/b", "\u00e9"}}),
)
