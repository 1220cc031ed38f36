package server

import (
	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// keysChanged hears of each change of the key Secret.
func (s *Server) keysChanged(_, present any) {
	if _, ok := present.(*corev1.Secret); !ok {
		s.config.Log.Error("the key Secret is gone; the server keeps the keys it has")
		return
	}
	s.loadKeys()
}

// loadKeys loads the key Secret, or keeps the last good keys: a Secret that is gone or
// broken is a person's mistake, and the operator says so. Nothing is loaded before the
// OAuthServer is known, whose status tells a Secret that was restored from an old backup.
func (s *Server) loadKeys() {
	s.loading.Lock()
	defer s.loading.Unlock()
	server, secret := s.view.Object(), s.keySecret()
	if server == nil || secret == nil {
		return
	}
	if err := s.keys.Load(secret.Data, server.Status.Keys...); err == nil {
		s.refused = ""
	} else if text := err.Error(); text != s.refused {
		s.refused = text
		s.config.Log.Error("the key Secret cannot be used; the server keeps the keys it has", "error", text)
	}
}

func (s *Server) keySecret() *corev1.Secret {
	object, ok, _ := s.copies.Keys.Objects().GetByKey(s.config.Namespace + "/" + oauthv1alpha1.KeySecretName(s.config.Name))
	if !ok {
		return nil
	}
	secret, _ := object.(*corev1.Secret)
	return secret
}
