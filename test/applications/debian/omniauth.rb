# OmniAuth with omniauth_openid_connect, which GitLab uses: discovery and a nonce.
require 'json'
require 'omniauth_openid_connect'
require 'rack'
require 'rack/handler/webrick'
require 'securerandom'

host, port = ENV.fetch('ADDRESS').split(':')
OpenIDConnect.http_config { |http| http.ssl_config.set_trust_ca(ENV.fetch('CA_FILE')) }

site = Rack::Builder.new do
  use Rack::Session::Cookie, secret: SecureRandom.hex(32)
  use OmniAuth::Builder do
    # The form below has no token: nobody but the test is here.
    configure { |config| config.request_validation_phase = nil }
    provider :openid_connect, name: :grantor, issuer: ENV.fetch('ISSUER'), discovery: true, scope: %i[openid profile email],
             client_options: { identifier: ENV.fetch('CLIENT_ID'), secret: ENV.fetch('CLIENT_SECRET'), redirect_uri: ENV.fetch('REDIRECT_URI') }
  end
  run lambda { |env|
    auth = env['omniauth.auth']
    page = if auth
             { subject: auth.uid, name: auth.info.name, email: auth.info.email }.to_json
           elsif env['PATH_INFO'] == '/'
             '<form method="post" action="/auth/grantor"><button>Sign in</button></form>'
           else
             { error: env['QUERY_STRING'] }.to_json
           end
    [200, { 'Content-Type' => 'text/html' }, [page]]
  }
end
Rack::Handler::WEBrick.run(site, Host: host, Port: port.to_i)
