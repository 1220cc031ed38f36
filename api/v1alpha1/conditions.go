package v1alpha1

// Condition types. Ready, Reconciling and Stalled follow kstatus: Ready sums up
// the others; Reconciling and Stalled are present only while they are true.
const (
	// ConditionAccepted (OAuthClient, OAuthIdentityProvider, OAuthResource, OAuthUser) says
	// whether the server and its rules allow the object. Accepted=False: the server refuses
	// every request of the client or for the resource, and treats the user, or each user of
	// the provider, as unknown.
	ConditionAccepted = "Accepted"
	// ConditionCredentialsReady (OAuthClient, OAuthIdentityProvider) says whether the Secret
	// holds credentials that authenticate, or that can be sent to the provider.
	ConditionCredentialsReady = "CredentialsReady"
	// ConditionServed (OAuthClient) says whether every ready replica of the server has
	// loaded this generation and the credentials, so that the Secret authenticates
	// everywhere. The replicas are asked after a change, not all the time.
	ConditionServed = "Served"
	// ConditionRedirectURIsResolved (OAuthClient) is present while
	// spec.redirectURIsFrom is set and says whether each of its sources makes redirect
	// URIs that count.
	ConditionRedirectURIsResolved = "RedirectURIsResolved"
	// ConditionPasswordReady (OAuthUser) says whether the user can log in with a
	// password.
	ConditionPasswordReady = "PasswordReady"
	// ConditionKeysReady (OAuthServer) says whether all key material is there.
	ConditionKeysReady = "KeysReady"
	// ConditionDefault (OAuthServer) is present while spec.default is true and
	// says whether this server is the one that clients without serverRef get.
	ConditionDefault = "Default"
	// ConditionDeployed (OAuthServer) is present while spec.deployment is set and says
	// whether all replicas run as it says.
	ConditionDeployed = "Deployed"
	// ConditionAddressesKnown (OAuthServer) is present while spec.exposure is set and says
	// whether the server can tell where requests come from. Ready does not depend on it.
	ConditionAddressesKnown = "AddressesKnown"
	// ConditionRegistrationReady (OAuthServer) is present while spec.registration has
	// namespaces and says whether the operator may write OAuthClients there. Ready does not
	// depend on it.
	ConditionRegistrationReady = "RegistrationReady"
	// ConditionCompatibilityReady (OAuthServer) is present while spec.compatibility names a
	// system and says whether the server has what their applications need. Ready does not
	// depend on it.
	ConditionCompatibilityReady = "CompatibilityReady"
	// ConditionAuthorized (OAuthToken) is present with the grant authorization_code and says
	// whether a person has authorized what the spec asks for.
	ConditionAuthorized = "Authorized"
	// ConditionTokenReady (OAuthToken) says whether the Secret holds a token that has not
	// expired.
	ConditionTokenReady = "TokenReady"
	// ConditionRefreshFailing (OAuthToken) is present while the token cannot be replaced,
	// which it was to be. The token in the Secret can still be valid.
	ConditionRefreshFailing = "RefreshFailing"
	// ConditionAuthorizationDue (OAuthToken) is present from 24 hours before a token expires
	// that only a person can replace.
	ConditionAuthorizationDue = "AuthorizationDue"
	// ConditionReachable (OAuthIdentityProvider) is present for an OpenID provider and says
	// whether the operator could read its metadata.
	ConditionReachable = "Reachable"
	// ConditionReady sums up: the object does what its spec says.
	ConditionReady = "Ready"
	// ConditionReconciling is true while the operator works on the object.
	ConditionReconciling = "Reconciling"
	// ConditionStalled is true when only a person can cure the object.
	ConditionStalled = "Stalled"
)

// Reasons of Accepted of an OAuthClient; the first and ServerNotFound are also
// those of an OAuthUser.
const (
	ReasonAccepted                   = "Accepted"
	ReasonSuspended                  = "Suspended"
	ReasonServerNotFound             = "ServerNotFound"
	ReasonNoDefaultServer            = "NoDefaultServer"
	ReasonNamespaceNotAllowed        = "NamespaceNotAllowed"
	ReasonClientIDNotAllowed         = "ClientIDNotAllowed"
	ReasonClientIDConflict           = "ClientIDConflict"
	ReasonScopeNotAllowed            = "ScopeNotAllowed"
	ReasonAudienceNotAllowed         = "AudienceNotAllowed"
	ReasonConsentNotAllowed          = "ConsentNotAllowed"
	ReasonRotationTooFrequent        = "RotationTooFrequent"
	ReasonBackchannelURINotAllowed   = "BackchannelURINotAllowed"
	ReasonKeyNotUsable               = "KeyNotUsable"
	ReasonTrustedIssuerNotFound      = "TrustedIssuerNotFound"
	ReasonTrustedIssuerNotAllowed    = "TrustedIssuerNotAllowed"
	ReasonTrustedIssuerConflict      = "TrustedIssuerConflict"
	ReasonFederatedSubjectNotAllowed = "FederatedSubjectNotAllowed"
	ReasonActorNotAllowed            = "ActorNotAllowed"
)

// Reasons of Accepted of an OAuthClient that breaks a rule of an OAuthClientPolicy;
// ClientIDNotAllowed, ScopeNotAllowed, AudienceNotAllowed and ConsentNotAllowed are
// others.
const (
	ReasonRedirectHostNotAllowed         = "RedirectHostNotAllowed"
	ReasonRedirectSchemeNotAllowed       = "RedirectSchemeNotAllowed"
	ReasonStartPageNotAllowed            = "StartPageNotAllowed"
	ReasonGrantTypeNotAllowed            = "GrantTypeNotAllowed"
	ReasonAuthenticationMethodNotAllowed = "AuthenticationMethodNotAllowed"
	ReasonLifetimeNotAllowed             = "LifetimeNotAllowed"
	ReasonPKCERequired                   = "PKCERequired"
	ReasonProfileRequired                = "ProfileRequired"
	ReasonSignedRequestsRequired         = "SignedRequestsRequired"
	ReasonRotationRequired               = "RotationRequired"
	ReasonBindingRequired                = "BindingRequired"
	ReasonAssuranceRequired              = "AssuranceRequired"
	ReasonTooManyClients                 = "TooManyClients"
)

// Reasons of Accepted of an OAuthResource; Accepted, ServerNotFound, NoDefaultServer,
// NamespaceNotAllowed and ScopeNotAllowed are others.
const (
	ReasonIdentifierNotAllowed = "IdentifierNotAllowed"
	ReasonIdentifierConflict   = "IdentifierConflict"
	ReasonHostNotOwned         = "HostNotOwned"
	ReasonTooManyResources     = "TooManyResources"
)

// ReasonSelectorInvalid is a reason of Ready of an OAuthClientPolicy; ServerNotFound
// is another.
const ReasonSelectorInvalid = "SelectorInvalid"

// Reasons of CredentialsReady.
const (
	ReasonCredentialsReady = "CredentialsReady"
	ReasonNotAccepted      = "NotAccepted"
	ReasonSecretNotOwned   = "SecretNotOwned"
	ReasonSecretContended  = "SecretContended"
	ReasonSecretImmutable  = "SecretImmutable"
	ReasonKeysMissing      = "KeysMissing"
	ReasonSecretRefused    = "SecretWriteRefused"
	ReasonSourceNotFound   = "SecretSourceNotFound"
	ReasonSourceRefused    = "SecretSourceRefused"
	ReasonTemplateRefused  = "TemplateRefused"
)

// Reasons of Served; NotAccepted is another.
const (
	ReasonServed              = "Served"
	ReasonReplicasBehind      = "ReplicasBehind"
	ReasonNoReadyReplica      = "NoReadyReplica"
	ReasonMethodNotOffered    = "AuthenticationMethodNotOffered"
	ReasonCredentialsNotReady = "CredentialsNotReady"
)

// Reasons of RedirectURIsResolved; RedirectHostNotAllowed is another.
const (
	ReasonRedirectURIsResolved       = "RedirectURIsResolved"
	ReasonRedirectSourceNotFound     = "RedirectSourceNotFound"
	ReasonRedirectSourceWithoutHosts = "RedirectSourceWithoutHosts"
	ReasonRedirectKindNotInstalled   = "RedirectKindNotInstalled"
	ReasonTooManyRedirectURIs        = "TooManyRedirectURIs"
)

// Reasons of Accepted of an OAuthUser.
const (
	ReasonDisabled         = "Disabled"
	ReasonUsernameConflict = "UsernameConflict"
	ReasonSubjectConflict  = "SubjectConflict"
	ReasonIdentityConflict = "IdentityConflict"
)

// Reasons of Accepted of an OAuthIdentityProvider; Accepted, ServerNotFound and Disabled are
// others.
const (
	ReasonIssuerNotUsable               = "IssuerNotUsable"
	ReasonEndpointNotUsable             = "EndpointNotUsable"
	ReasonParameterNotAllowed           = "ParameterNotAllowed"
	ReasonClientAuthenticationNotUsable = "ClientAuthenticationNotUsable"
	ReasonFilterNotUsable               = "FilterNotUsable"
	ReasonAdmitRequired                 = "AdmitRequired"
	ReasonAdmitNotUsable                = "AdmitNotUsable"
	ReasonUsernamesNotUsable            = "UsernamesNotUsable"
	ReasonTooManyProviders              = "TooManyProviders"
)

// Reasons of CredentialsReady of an OAuthIdentityProvider; CredentialsReady, NotAccepted,
// SecretNotOwned and SecretWriteRefused are others.
const (
	ReasonNoCredentials          = "NoCredentials"
	ReasonProviderSecretNotFound = "SecretNotFound"
	ReasonProviderSecretRefused  = "SecretRefused"
)

// Reasons of Reachable of an OAuthIdentityProvider; NotAccepted, AddressNotAllowed,
// ProviderNotUsable and ProviderUnavailable are others. ProviderPending is one of Ready alone.
const (
	ReasonReachable       = "Reachable"
	ReasonProviderPending = "ProviderPending"
)

// Reasons of PasswordReady; NotAccepted, SecretNotOwned and SecretWriteRefused are
// others.
const (
	ReasonPasswordReady          = "PasswordReady"
	ReasonNoPassword             = "NoPassword"
	ReasonPasswordSecretNotFound = "PasswordSecretNotFound"
	ReasonPasswordRefused        = "PasswordRefused"
	ReasonPasswordSecretFull     = "PasswordSecretFull"
)

// Reasons of Authorized of an OAuthToken; ServerNotFound, NoDefaultServer and
// NamespaceNotAllowed are others.
const (
	ReasonAuthorized            = "Authorized"
	ReasonAuthorizationRequired = "AuthorizationRequired"
	ReasonAuthorizationRevoked  = "AuthorizationRevoked"
	ReasonSpecChanged           = "SpecChanged"
	ReasonRefreshTokenLost      = "RefreshTokenLost"
	ReasonCodeNotRedeemed       = "CodeNotRedeemed"
	ReasonNoRefreshToken        = "NoRefreshToken"
)

// Reasons of TokenReady and RefreshFailing; those of Authorized, SecretNotOwned,
// SecretWriteRefused, SecretImmutable and TemplateRefused are others.
const (
	ReasonTokenReady           = "TokenReady"
	ReasonTokenExpired         = "TokenExpired"
	ReasonTokenPending         = "TokenPending"
	ReasonClientNotFound       = "ClientNotFound"
	ReasonClientNotUsable      = "ClientNotUsable"
	ReasonClientSecretNotFound = "ClientSecretNotFound"
	ReasonClientSecretRefused  = "ClientSecretRefused"
	ReasonProviderNotUsable    = "ProviderNotUsable"
	ReasonProviderUnavailable  = "ProviderUnavailable"
	ReasonProviderRefused      = "ProviderRefused"
	ReasonAddressNotAllowed    = "AddressNotAllowed"
	ReasonLifetimeTooShort     = "LifetimeTooShort"
	ReasonStateUnreadable      = "StateUnreadable"
)

// Reasons of the conditions of an OAuthServer.
const (
	ReasonKeysReady       = "KeysReady"
	ReasonKeySecretBroken = "KeySecretBroken"
	ReasonRotationBlocked = "RotationBlocked"
	ReasonDefaultServer   = "DefaultServer"
	ReasonDefaultConflict = "DefaultConflict"
	ReasonProxiesTrusted  = "ProxiesTrusted"
	ReasonNoTrustedProxy  = "NoTrustedProxy"
)

// Reasons of RegistrationReady.
const (
	ReasonRegistrationPermitted    = "RegistrationPermitted"
	ReasonRegistrationNotPermitted = "RegistrationNotPermitted"
)

// Reasons of CompatibilityReady.
const (
	ReasonCompatibilityReady     = "CompatibilityReady"
	ReasonScopeMissing           = "ScopeMissing"
	ReasonScopeNotRestricted     = "ScopeNotRestricted"
	ReasonRegistrationNotAllowed = "RegistrationNotAllowed"
	ReasonIssuerHasPath          = "IssuerHasPath"
)

// Reasons of Deployed.
const (
	ReasonDeployed              = "Deployed"
	ReasonDeploymentProgressing = "DeploymentProgressing"
	ReasonPatchRefused          = "PatchRefused"
	ReasonImageUnknown          = "ImageUnknown"
	ReasonObjectNotOwned        = "ObjectNotOwned"
	ReasonObjectRefused         = "ObjectRefused"
	ReasonGatewayNotInstalled   = "GatewayAPINotInstalled"
	ReasonSecretNotUsable       = "SecretNotUsable"
)

// ReasonReady is the reason of Ready=True; otherwise Ready, Reconciling and Stalled
// carry the reason of the condition that is to blame.
const ReasonReady = "Ready"
