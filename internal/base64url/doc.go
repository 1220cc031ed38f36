// Package base64url decodes what must have one spelling. The decoder of
// encoding/base64 skips line breaks and ignores unused bits, so that one token has
// several texts; here each has one. It does not encode: encoding/base64 does.
package base64url
