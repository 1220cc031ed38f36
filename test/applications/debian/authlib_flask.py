"""Authlib's client for Flask, as its documentation shows: discovery and a nonce."""
import secrets

from authlib.integrations.flask_client import OAuth
from flask import Flask

from settings import CLIENT_ID, CLIENT_SECRET, DISCOVERY, HOST, PORT, REDIRECT_URI, SCOPES, person

app = Flask(__name__)
app.secret_key = secrets.token_bytes()
oauth = OAuth(app)
oauth.register(
    "grantor", client_id=CLIENT_ID, client_secret=CLIENT_SECRET, server_metadata_url=DISCOVERY,
    client_kwargs={"scope": " ".join(SCOPES)},
)


@app.get("/")
def begin():
    return oauth.grantor.authorize_redirect(REDIRECT_URI)


@app.get("/callback")
def finish():
    token = oauth.grantor.authorize_access_token()
    after = oauth.grantor.fetch_access_token(grant_type="refresh_token", refresh_token=token["refresh_token"])
    info = oauth.grantor.userinfo(token=after)
    assert info["sub"] == token["userinfo"]["sub"]
    return person(info, after["access_token"] != token["access_token"])


app.run(HOST, int(PORT))
