package local

// Claims reports whether an OAuthUser claims a username, also one who is disabled or refused:
// what the name may do must not go to somebody else.
func (d *Directory) Claims(username string) (bool, error) {
	claimants, err := d.claimants(indexUsername, username)
	return len(claimants) > 0, err
}
