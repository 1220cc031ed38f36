// Makes names below localhost lead to this machine (RFC 6761 section 6.3), as browsers do and
// the C library does not everywhere.
import dns from 'node:dns'

const lookup = dns.lookup
dns.lookup = (name, ...rest) => lookup(name.endsWith('.localhost') ? '127.0.0.1' : name, ...rest)
