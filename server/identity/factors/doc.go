// Package factors decides whether the second factor that a user gives is right, and adds and
// removes factors.
//
// It limits guesses and makes a code count once. It does not own how codes are made
// (factors/totp, factors/recovery and factors/passkeys), where factors are stored
// (server/storage/enrollments), or who must give one (server/authorization).
package factors
