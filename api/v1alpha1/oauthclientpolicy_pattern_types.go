package v1alpha1

// HostPattern is a host, a wildcard for hosts, or a private scheme.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:Pattern=`^(\*|(\*\.)?([a-z0-9_-]|\{namespace\})+(\.([a-z0-9_-]|\{namespace\})+)*|\[[0-9a-f:]+\]|[a-z]([a-z0-9+-]|\{namespace\})*(\.([a-z0-9+-]|\{namespace\})+)+:)$`
type HostPattern string

// RedirectScheme is a private scheme without a dot (RFC 8252 section 7.1).
//
// +kubebuilder:validation:MinLength=2
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:Pattern=`^[a-z][a-z0-9+-]*$`
// +kubebuilder:validation:XValidation:rule="!self.matches('^(about|afp|android-app|app-settings|blob|brave|callto|chrome|cid|content|data|dict|edge|facetime|feed|file|filesystem|firefox|ftp|ftps|geo|git|gopher|hcp|help|http|https|intent|irc|its|jar|javascript|ldap|ldaps|livescript|localhost|magnet|mailto|maps|market|mhtml|mid|mk|mms|mmsto|mocha|news|nfs|nntp|opera|package|prefs|rdp|res|resource|rtsp|search|sftp|shell|sip|sips|smb|sms|smsto|ssh|tel|telnet|telprompt|urn|vbscript|view-source|vnc|webcal|ws|wss|wyciwyg|(chrome-|facetime-|git[+]|googlechrome|itms|microsoft-|moz-|ms-|safari-|search-|web[+]|x-apple-|x-man-)[a-z0-9+-]*)$')",message="browsers or systems have a meaning of their own for this scheme"
type RedirectScheme string

// ClientIDPattern is a client ID, or the beginning of one followed by a star.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=300
// +kubebuilder:validation:Pattern=`^(([A-Za-z0-9._~-]|\{namespace\})*|https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?/([A-Za-z0-9._~:/?@!$&'()+,;=-]|%[0-9A-Fa-f]{2})*)\*?$`
// +kubebuilder:validation:XValidation:rule="!self.matches('\\\\{namespace\\\\}[^.]')",message="{namespace} needs a dot behind it, or nothing: namespaces may begin alike, such as team and team-b"
type ClientIDPattern string

// TrustedIssuerPattern is the name of a trusted issuer, or the beginning of one followed by
// a star.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=128
// +kubebuilder:validation:Pattern=`^([a-z0-9.-]|\{namespace\})*\*?$`
// +kubebuilder:validation:XValidation:rule="!self.matches('\\\\{namespace\\\\}[^.]')",message="{namespace} needs a dot behind it, or nothing: namespaces may begin alike, such as team and team-b"
type TrustedIssuerPattern string

// AudiencePattern is an audience, or the beginning of one followed by a star.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=512
// +kubebuilder:validation:Pattern=`^([\x21-\x29\x2B-\x7A\x7C\x7E]|\{namespace\})*\*?$`
// +kubebuilder:validation:XValidation:rule="!self.matches('\\\\{namespace\\\\}[A-Za-z0-9*_~-]')",message="{namespace} needs a separator behind it, such as a dot: namespaces may begin alike, such as team and team-b"
type AudiencePattern string
