package schema

const compatibilityAt = "spec.compatibility"

var serverCompatibility = merged(
	enumExamples(compatibilityAt+"[]", "cloudron", "owncloud", "gancio", "coder"),
	setExamples(compatibilityAt, 4, func(i int) any { return []any{"cloudron", "owncloud", "gancio", "coder"}[i%4] }),
)
