"""Authlib's client for Flask with PKCE, whose requests are signed (RFC 9101)."""
import os
import secrets
import time
from urllib.parse import parse_qsl, urlsplit

from authlib.integrations.flask_client import OAuth
from authlib.jose import JsonWebKey, jwt
from flask import Flask, redirect

from settings import CLIENT_ID, CLIENT_SECRET, DISCOVERY, HOST, ISSUER, PORT, REDIRECT_URI, SCOPES, person

app = Flask(__name__)
app.secret_key = secrets.token_bytes()
oauth = OAuth(app)
oauth.register(
    "grantor", client_id=CLIENT_ID, client_secret=CLIENT_SECRET, server_metadata_url=DISCOVERY,
    client_kwargs={"scope": " ".join(SCOPES), "code_challenge_method": "S256"},
)
key = JsonWebKey.import_key(os.environ["SIGNING_KEY"], {"kty": "EC"})


@app.get("/")
def begin():
    request = oauth.grantor.create_authorization_url(REDIRECT_URI)
    oauth.grantor.save_authorize_data(redirect_uri=REDIRECT_URI, **request)
    endpoint = urlsplit(request["url"])
    claims = dict(parse_qsl(endpoint.query), iss=CLIENT_ID, aud=ISSUER, iat=int(time.time()), exp=int(time.time()) + 60)
    signed = jwt.encode({"alg": "ES256", "typ": "oauth-authz-req+jwt"}, claims, key).decode()
    return redirect(endpoint._replace(query=f"client_id={CLIENT_ID}&request={signed}").geturl())


@app.get("/callback")
def finish():
    token = oauth.grantor.authorize_access_token()
    return person(token["userinfo"])


app.run(HOST, int(PORT))
