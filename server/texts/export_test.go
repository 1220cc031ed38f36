package texts

// Placeholder is what stands for a value.
var Placeholder = placeholder
