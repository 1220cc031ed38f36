// Package factors decides whether what a user gives beside a password is right, and adds
// and removes what users can give.
//
// It bounds guessing and makes a code count once. How codes are made belongs to
// factors/totp, factors/recovery and factors/passkeys, where they are stored to
// server/storage/enrollments, and who must give one to server/authorization.
package factors
