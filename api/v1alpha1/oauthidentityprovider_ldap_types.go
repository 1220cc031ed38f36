package v1alpha1

// LDAPProvider is a directory (RFC 4511). The server searches for the entry of the user, and binds
// as the user with the password that was typed.
//
// +kubebuilder:validation:XValidation:rule="!has(self.startTLS) || !self.startTLS || self.url.startsWith('ldap://')",message="startTLS is for ldap:// addresses; with ldaps:// the whole connection is encrypted"
// +kubebuilder:validation:XValidation:rule="self.url.startsWith('ldaps://') || has(self.startTLS) && self.startTLS || self.url.matches('^ldap://(localhost|127[.]0[.]0[.]1|\\\\[::1\\\\])(:[0-9]+)?$')",message="passwords must be encrypted: use ldaps://, or startTLS: true"
// +kubebuilder:validation:XValidation:rule="has(self.bindDN) == has(self.bindSecretRef)",message="bindDN and bindSecretRef belong together; without both the search is anonymous"
type LDAPProvider struct {
	// url is ldaps:// or, with startTLS, ldap://, followed by a host and a port. Default port:
	// 636, or 389 for ldap. The addresses of the host must be public, or in
	// OAuthServer.spec.outbound.networks. Its certificate must be issued by an authority that is
	// trusted publicly or is in OAuthServer.spec.outbound.caRef.
	// +required
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^ldaps?://([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(:[1-9][0-9]{0,4})?$`
	URL string `json:"url"`

	// startTLS encrypts an ldap:// connection before anything else is sent (RFC 4513 section 3). A
	// directory that does not support it is not used.
	// +optional
	StartTLS bool `json:"startTLS,omitempty"`

	// bindDN is the name of the account that searches, such as
	// cn=reader,dc=example,dc=com.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	BindDN string `json:"bindDN,omitempty"`

	// bindSecretRef names the password of that account.
	// +optional
	BindSecretRef *ProviderSecretReference `json:"bindSecretRef,omitempty"`

	// users says where the entries of users are.
	// +required
	Users LDAPUsers `json:"users"`

	// groups says where the groups of a user are found. Default: nowhere.
	// +optional
	Groups *LDAPGroups `json:"groups,omitempty"`
}

// LDAPUsers says where the entries of users are, and what they look like.
type LDAPUsers struct {
	// base is the entry below which users are searched, such as
	// ou=people,dc=example,dc=com.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Base string `json:"base"`

	// filter finds the entry of a user (RFC 4515). {login} stands for what the user typed,
	// escaped. If the filter finds more than one entry, the user cannot sign in. When the
	// directory is asked again, * replaces {login}, which must be compared with =. Default:
	// (uid={login}). For Active Directory: (sAMAccountName={login}).
	// +optional
	// +kubebuilder:default="(uid={login})"
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="self.startsWith('(') && self.endsWith(')') && self.contains('{login}')",message="filter must be in parentheses and contain {login}"
	// +kubebuilder:validation:XValidation:rule="!self.matches('[:<>~]=[^()=]*[{]login[}]')",message="{login} must be compared with ="
	Filter string `json:"filter,omitempty"`

	// id is the attribute that never changes and is never given to another user.
	// Immutable. Default: entryUUID (RFC 4530). For Active Directory: objectGUID.
	// +optional
	// +kubebuilder:default=entryUUID
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="id cannot be changed, because subjects are made of it; create another OAuthIdentityProvider instead"
	ID LDAPAttribute `json:"id,omitempty"`

	// username is the attribute with the username. Default: uid. For Active Directory:
	// sAMAccountName.
	// +optional
	// +kubebuilder:default=uid
	Username LDAPAttribute `json:"username,omitempty"`

	// displayName is the attribute with the full name. Default: cn.
	// +optional
	// +kubebuilder:default=cn
	DisplayName LDAPAttribute `json:"displayName,omitempty"`

	// email is the attribute with the e-mail address. Default: mail.
	// +optional
	// +kubebuilder:default=mail
	Email LDAPAttribute `json:"email,omitempty"`

	// active selects the users who may sign in: a filter (RFC 4515) that an entry must match as
	// well. Default: every entry matches. Entries that Active Directory disables or lets expire
	// with userAccountControl, accountExpires, pwdLastSet or the expiry of the password are always
	// shut out. So are those with nsAccountLock, krbPrincipalExpiration, pwdReset, pwdStartTime,
	// pwdEndTime, or a pwdAccountLockedTime that an administrator has set.
	// +optional
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="self.startsWith('(') && self.endsWith(')')",message="active must be in parentheses"
	Active string `json:"active,omitempty"`
}

// LDAPGroups says where the groups of a user are found.
type LDAPGroups struct {
	// base is the entry below which groups are searched.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	Base string `json:"base"`

	// filter finds the groups of a user (RFC 4515). {dn} stands for the DN of the user's entry,
	// {username} for the username, both escaped. Default: (member={dn}). With POSIX groups:
	// (memberUid={username}). With nested groups of Active Directory:
	// (member:1.2.840.113556.1.4.1941:={dn}).
	// +optional
	// +kubebuilder:default="(member={dn})"
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:XValidation:rule="self.startsWith('(') && self.endsWith(')') && (self.contains('{dn}') || self.contains('{username}'))",message="filter must be in parentheses and contain {dn} or {username}"
	Filter string `json:"filter,omitempty"`

	// nested is how many levels of groups of groups are searched with the same filter: between 0
	// and 8. Default: 0.
	// +optional
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=8
	Nested int32 `json:"nested,omitempty"`

	// name is the attribute with the name of a group. Default: cn.
	// +optional
	// +kubebuilder:default=cn
	Name LDAPAttribute `json:"name,omitempty"`
}

// LDAPAttribute is the name of an attribute (RFC 4512 section 2.5).
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=64
// +kubebuilder:validation:Pattern=`^[A-Za-z][A-Za-z0-9-]*$`
type LDAPAttribute string
