// Package account is the account page, on which users see and end their logins and
// withdraw what they allowed, and the end session endpoint (OpenID Connect RP-Initiated
// Logout 1.0).
//
// It does not sign users in (server/authorization), tell applications that a user signed
// out (server/backchannel), let users set a password (server/account/ownpassword) or decide how pages look (server/ui).
package account
