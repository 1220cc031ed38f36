// Package subjectdn compares the subject of a certificate with a string of RFC 4514.
//
// It owns how the string is read, and that values are equal whatever their case and their
// number of spaces (caseIgnoreMatch of RFC 4517 section 4.2.11, as far as certificates
// need it). Which client has which subject is for server/clientauth.
package subjectdn
