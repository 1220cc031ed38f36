// Package get is kubectl oauth get: the Grants, Logins, Consents, Approvals, Persons and Enrollments that a server
// stored, as a table, as objects without their payload, or by name.
package get
