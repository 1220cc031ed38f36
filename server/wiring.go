package server

import (
	"net/http"
	"net/netip"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/account"
	"github.com/grantor-dev/grantor/server/account/ownpassword"
	"github.com/grantor-dev/grantor/server/applications"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/authorization"
	"github.com/grantor-dev/grantor/server/authorization/object"
	"github.com/grantor-dev/grantor/server/authorization/pushed"
	"github.com/grantor-dev/grantor/server/backchannel"
	"github.com/grantor-dev/grantor/server/capacity"
	"github.com/grantor-dev/grantor/server/certificates"
	"github.com/grantor-dev/grantor/server/clientauth"
	"github.com/grantor-dev/grantor/server/clientdocuments"
	"github.com/grantor-dev/grantor/server/clients/lookup"
	"github.com/grantor-dev/grantor/server/compat"
	"github.com/grantor-dev/grantor/server/compat/systems"
	"github.com/grantor-dev/grantor/server/connect"
	"github.com/grantor-dev/grantor/server/device"
	"github.com/grantor-dev/grantor/server/dpop"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity/chain"
	"github.com/grantor-dev/grantor/server/identity/connectors"
	"github.com/grantor-dev/grantor/server/identity/directories"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/introspection"
	"github.com/grantor-dev/grantor/server/jwksets"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/registration/objects"
	"github.com/grantor-dev/grantor/server/registration/sealed"
	"github.com/grantor-dev/grantor/server/revocation"
	"github.com/grantor-dev/grantor/server/serviceaccounts"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/approvals"
	"github.com/grantor-dev/grantor/server/storage/connections"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/storage/logins"
	"github.com/grantor-dev/grantor/server/storage/marks"
	"github.com/grantor-dev/grantor/server/storage/persons"
	"github.com/grantor-dev/grantor/server/storage/registrations"
	"github.com/grantor-dev/grantor/server/token"
	"github.com/grantor-dev/grantor/server/token/exchange"
	"github.com/grantor-dev/grantor/server/tokens"
	"github.com/grantor-dev/grantor/server/ui"
	"github.com/grantor-dev/grantor/server/upstreamlogout"
	"github.com/grantor-dev/grantor/server/userinfo"
)

// open builds what the routes lead to.
func (s *Server) open() error {
	pages, err := ui.New(func() string { return pathOf(s.view.Issuer()) }, (&looks{settings: s.view.Settings}).current)
	if err != nil {
		return err
	}
	c, now := s.config, s.clock.Now
	address := func(r *http.Request) netip.Addr { return httpx.Address(r, s.trustedProxies()) }
	backend := storage.Backend{Client: s.copies.Sessions, Namespace: c.Namespace, Keys: s.keys, Issuer: s.view.Issuer}
	room := capacity.New(capacity.Options{Bounds: s.view.Bounds, Refused: s.metrics.CountRefusal, Now: c.Now})
	grantStore, loginStore, consentStore, markStore := grants.New(backend), logins.New(backend, room.Login), consents.New(backend), marks.New(backend)
	if err := s.authorities.Read(); err != nil {
		return err
	}
	reviewer := serviceaccounts.New(s.copies.Reviews, c.Now)
	known, documents := s.knownClients(), s.documents()
	everyone := s.everyone(persons.New(backend, room.Person))
	authenticator := clientauth.New(clientauth.Options{
		Issuer: s.view.Issuer, Clients: known, Marks: markStore, Capacity: room, KeySets: s.keySets(), DocumentKeys: s.keySets(), IssuerKeys: s.issuerKeys(), Documents: documents,
		ServiceAccounts: reviewer, ClientCAs: s.authorities.Pool, Address: address, Keys: s.keys, Now: now,
	})
	verifier := &tokens.Verifier{
		Issuer: s.view.Issuer, Keys: s.keys, Now: now, Clients: known, Users: everyone,
		Grants: grantStore, Logins: loginStore, Revocations: markStore, Namespaces: s.clients,
	}
	approvalStore, limiter := approvals.New(backend, room.Approval), limits.New()
	polls := &device.Polls{Approvals: approvalStore, Copy: s.copies.KnownApprovals(), Now: now, Limiter: limiter}
	s.presented = &certificates.Source{Header: c.CertificateHeader, Trusted: s.trustedProxies, Count: s.metrics.CountHeader}
	certified := mtls{s.presented, c.MTLSHost}
	proofs := dpop.New(dpop.Options{
		Issuer: s.view.Issuer, Keys: s.keys, Now: now,
		URLs:          func(path string) []string { return certified.urls(s.view.URLs(path), s.view.Issuer(), path) },
		NonceRequired: func() bool { return s.view.Settings().DPoPNonce },
	})
	p := protocol{
		token: token.New(authenticator, proofs, &tokens.Maker{Issuer: s.view.Issuer, Keys: s.keys, Now: now},
			&token.AuthorizationCode{Verifier: verifier, Consents: consentStore, Capacity: room},
			&token.RefreshToken{Verifier: verifier},
			&token.DeviceCode{Verifier: verifier, Approvals: polls, Capacity: room},
			token.ClientCredentials{},
			&exchange.Grant{Verifier: verifier, Issuers: authenticator, ServiceAccounts: reviewer, Address: address, Count: s.metrics.CountExchange},
		),
		userinfo:      &userinfo.Endpoint{Tokens: verifier, Proofs: proofs},
		introspection: &introspection.Endpoint{Clients: authenticator, Tokens: verifier},
		revocation:    revocation.New(authenticator, verifier, grantStore, markStore, room),
		device: &device.Start{
			Issuer: s.view.Issuer, Now: now, Clients: authenticator, Proofs: proofs, Keys: s.keys, Address: s.userAddress, Limiter: limiter,
		},
	}
	registrar := &objects.Registrar{
		Server: oauthv1alpha1.ServerReference{Namespace: c.Namespace, Name: c.Name}, Issuer: s.view.Issuer, Settings: s.view.Settings, Now: now,
		Tokens: verifier, ServiceAccounts: reviewer, Clients: s.clients, Registrations: registrations.New(backend, c.Name), Keys: s.keys, Limiter: limits.New(),
		Room: objects.NewRoom(),
	}
	strangers := &sealed.Registrar{Issuer: s.view.Issuer, Settings: s.view.Settings, Keys: s.keys, Now: now}
	p.registration = &registration.Endpoint{Registrar: registrar, Settings: s.view.Settings, Now: now, Address: s.userAddress, Limiter: limits.New(), Anonymous: strangers}
	s.notices = backchannel.New(backchannel.Options{
		Issuer: s.view.Issuer, Clients: known, Grants: grantStore, Keys: s.keys, Networks: s.view.Outbound, Now: now,
		Log: c.Log, Count: s.metrics.CountNotice,
	})
	visits := &flow.Visits{
		Issuer: s.view.Issuer, Settings: s.view.Settings, Clients: known, Resources: s.resources, Users: everyone, Logins: loginStore, Notices: s.notices,
		Keys: s.keys, Now: now,
	}
	enrolled := enrollments.New(backend, room.Enrollment)
	s.users.KeepIn(enrolled)
	given := factors.New(factors.Options{Enrollments: enrolled, Issuer: s.view.Issuer, Now: now})
	decisions := &device.Outcome{Approvals: approvalStore, Now: now, Limiter: limiter}
	requestObjects := &object.Reader{Issuer: s.view.Issuer, Signatures: authenticator, Now: now}
	a := authorization.New(authorization.Options{Visits: visits, Address: s.userAddress, Consents: consentStore, Grants: grantStore, Devices: decisions, Objects: requestObjects, Documents: documents, Elsewhere: everyone, Factors: given, Passwords: s.users})
	devices := &device.Service{Visits: visits, Interactions: a, Outcome: decisions, Polls: polls, Address: s.userAddress}
	p.pushed = pushed.New(pushed.Options{Visits: visits, Clients: authenticator, Proofs: proofs, Objects: requestObjects, Documents: documents, Address: s.userAddress})
	own := account.New(account.Options{
		Visits: visits, Consents: consentStore, Grants: grantStore, Approvals: approvalStore, SignIn: a.SignInPage, Factors: given,
		Elsewhere: everyone.SignOut, Passwords: s.users,
	})
	p.password = ownpassword.New(ownpassword.Options{Visits: visits, Passwords: s.users, Factors: given, Address: s.userAddress, SignIn: a.SignInPage})
	p.start = &applications.Service{Visits: visits, Clients: s.clients, SignIn: a.SignInPage}
	edge := &httpx.Edge{
		Address: address, Realm: c.Name, Available: s.available, Log: c.Log, Audit: audit.Log{Level: c.Log, Lines: c.Lines, Refusals: audit.NewRefusals(), Now: c.Now},
		Observer: s.metrics, Trace: s.trace, Page: flow.WriteError(pages),
	}
	registering := httpx.CORS{Allowed: func(origin string) bool { return sealed.AllowsOrigin(s.view.Settings(), origin) }}
	cors := httpx.CORS{Allowed: s.allowsOrigin}
	routes := s.routes(p, a, own, devices, pages, s.view.KeysMaxAge)
	s.router = newRouter(edge, cors, registering, certified, routes, pages.Assets(), s.view.Issuer, p.start.Home, s.view.Scopes, s.resources,
		func() uint64 { return s.documentVersion.Load() + s.resources.Version() })
	registered := &objects.Management{Registrar: registrar, Address: s.userAddress}
	others := &compat.Server{
		Issuer: s.view.Issuer, Settings: s.view.Settings, Clients: known, Visits: visits, Tokens: verifier, Pages: pages,
		Address: s.userAddress, Strangers: registration.Strangers{Endpoint: p.registration}, Sealed: strangers,
		Applications: registrar, Management: registered, Withdrawals: own,
	}
	speaks := func(system oauthv1alpha1.CompatibilityProfile) bool { return s.view.Settings().Speaks(system) }
	s.router.documents.Itself = func() bool { return speaks(oauthv1alpha1.CompatibilityCoder) }
	s.router.aliases = systems.New(speaks, aliases(others, routes, s.router.wrap)).Find
	s.openGate(edge, verifier, proofs)
	connecting := *edge
	connecting.Room = httpx.NewRoom(maxOfConnect)
	s.router.connect = onlyHTTPS(s.view.Issuer, connecting.WrapPage("connect", (&connect.Service{
		Visits: visits, Server: oauthv1alpha1.ServerReference{Namespace: c.Namespace, Name: c.Name}, Tokens: connect.Live{Client: s.copies.OAuth},
		Connections: connections.New(backend, c.Name), Room: room, Interactions: a, Limiter: limits.New(),
	}).Endpoint(pages)))
	s.router.upstreamLogout = s.router.wrap(route{name: "upstream_logout", endpoint: &upstreamlogout.Endpoint{
		Users: everyone, Logins: loginStore, Notices: s.notices, Address: address, Limiter: limits.New(), Now: now,
	}, caller: machineCaller})
	s.router.callback = s.router.wrap(route{name: "login_callback", endpoint: a.CallbackEndpoint(pages), caller: browserCaller})
	s.router.registrations = s.router.wrap(route{name: "register", endpoint: registered, caller: registeredCaller})
	return nil
}

// everyone returns all users: OAuthUsers, and those of identity providers.
func (s *Server) everyone(store *persons.Store) *chain.Source {
	return chain.New(chain.Options{
		Local: s.users, Providers: s.providers, Persons: store, Now: s.clock.Now, Log: s.config.Log,
		Directories: directories.New(s.guesses),
		Connectors:  connectors.New(connectors.Options{Networks: s.view.Outbound, Now: s.clock.Now, Providers: s.providers}),
	})
}

// allowsOrigin reports whether scripts of an origin may call. Clients without an OAuthClient can
// be at every origin, and a browser does not say which client asks.
func (s *Server) allowsOrigin(origin string) bool {
	settings := s.view.Settings()
	return settings.Documents != nil || s.clients.AllowsOrigin(origin) || sealed.AllowsOrigin(settings, origin)
}

// keySets returns what fetches the keys of clients: those with an OAuthClient and those
// without, which take no place of the others. A failure is the client's own and
// logged once for each fetch, not for each request.
func (s *Server) keySets() *jwksets.Store {
	return jwksets.New(s.config.Now, s.view.Outbound, nil, func(clientUID string, err error) {
		s.config.Log.Warn("the keys of a client cannot be fetched", "client_uid", clientUID, "error", err.Error())
	})
}

// issuerKeys returns what fetches the keys of trusted issuers. No client can take the place
// of their keys, because those of clients are kept elsewhere.
func (s *Server) issuerKeys() *jwksets.Store {
	return jwksets.New(s.config.Now, s.view.Outbound, nil, func(name string, err error) {
		s.config.Log.Warn("the keys of a trusted issuer cannot be fetched", "trusted_issuer", name, "error", err.Error())
	})
}

// knownClients returns all sources of clients.
func (s *Server) knownClients() *lookup.Chain {
	return &lookup.Chain{Registry: s.clients, Others: []lookup.Source{
		&clientdocuments.Source{Settings: s.view.Settings},
		&sealed.Source{Issuer: s.view.Issuer, Settings: s.view.Settings, Keys: s.keys, Now: s.clock.Now},
	}}
}

// documents returns what fetches the metadata documents of clients.
func (s *Server) documents() *clientdocuments.Store {
	return clientdocuments.New(clientdocuments.Options{
		Settings: s.view.Settings, Networks: s.view.Outbound, Now: s.config.Now, Failed: func(host string, err error) {
			s.config.Log.Warn("the metadata document of a client cannot be used", "host", host, "error", err.Error())
		},
	})
}

// userAddress returns the address that sign-ins are limited by: none where all of them
// come from a proxy that is not named, because users would pay for each other.
func (s *Server) userAddress(r *http.Request) netip.Addr {
	proxies, settings := s.trustedProxies(), s.view.Settings()
	if settings.SharedAddress(proxies) {
		return netip.Addr{}
	}
	return httpx.Address(r, proxies)
}

// trustedProxies returns the addresses whose X-Forwarded-For is believed.
func (s *Server) trustedProxies() []netip.Prefix {
	if s.config.TrustedProxies != nil {
		return s.config.TrustedProxies
	}
	return s.view.Settings().TrustedProxies
}
