package render

import (
	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Keys of the Secrets that an OAuthServer names.
const (
	CAKey         = "ca.crt"
	KubeconfigKey = "kubeconfig"
)

// SecretUse is one key of a Secret that the pods of a server read.
type SecretUse struct {
	// Field of the OAuthServer that names the Secret.
	Field string
	// Name of the Secret, and Key in it.
	Name, Key string

	// volume is the name of the volume, and of its folder.
	volume string
	// arg is the flag that takes the file, and variable the one that takes the folder.
	arg, variable string
}

// SecretUses returns what the pods of a server read of Secrets that its spec names, besides
// their certificate.
func SecretUses(server *oauthv1alpha1.OAuthServer) []SecretUse {
	var uses []SecretUse
	add := func(ref *oauthv1alpha1.ServerSecretReference, use SecretUse) {
		if ref != nil {
			use.Name = ref.Name
			uses = append(uses, use)
		}
	}
	if server.Spec.ClientCertificates != nil {
		add(server.Spec.ClientCertificates.CARef, SecretUse{
			Field: "spec.clientCertificates.caRef", Key: CAKey, volume: "client-ca", arg: "--client-ca-file",
		})
	}
	// Go reads the folders of this variable besides the file of public authorities.
	add(server.Spec.Outbound.CARef, SecretUse{Field: "spec.outbound.caRef", Key: CAKey, volume: "outbound-ca", variable: "SSL_CERT_DIR"})
	add(server.Spec.Sessions.KubeconfigRef, SecretUse{
		Field: "spec.sessions.kubeconfigRef", Key: KubeconfigKey, volume: "sessions", arg: "--session-kubeconfig",
	})
	return uses
}

// mount gives the pod the one key, and nothing else of the Secret.
func (u SecretUse) mount(pod *corev1.PodSpec) {
	container, folder := &pod.Containers[0], mountFolder+u.volume
	if u.arg != "" {
		container.Args = append(container.Args, u.arg+"="+folder+"/"+u.Key)
	}
	if u.variable != "" {
		container.Env = append(container.Env, corev1.EnvVar{Name: u.variable, Value: "/etc/ssl/certs:" + folder})
	}
	container.VolumeMounts = append(container.VolumeMounts, corev1.VolumeMount{Name: u.volume, MountPath: folder, ReadOnly: true})
	pod.Volumes = append(pod.Volumes, corev1.Volume{Name: u.volume, VolumeSource: corev1.VolumeSource{
		Secret: &corev1.SecretVolumeSource{SecretName: u.Name, Items: []corev1.KeyToPath{{Key: u.Key, Path: u.Key}}},
	}})
}
