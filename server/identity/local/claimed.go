package local

// Claims reports whether an OAuthUser claims a username, even one who is disabled or refused:
// what the username may do must not pass to another user.
func (d *Directory) Claims(username string) (bool, error) {
	claimants, err := d.claimants(indexUsername, username)
	return len(claimants) > 0, err
}
