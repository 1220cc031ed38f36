{{- define "grantor.labels" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: grantor
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "grantor.operator.labels" -}}
app.kubernetes.io/name: grantor-operator
{{ include "grantor.labels" . }}
{{- end }}

{{- define "grantor.image" -}}
{{- with .Values.image -}}
{{- .repository }}{{ if .digest }}@{{ .digest }}{{ else if .tag }}:{{ .tag }}{{ end }}
{{- end }}
{{- end }}

{{- /*
Whether Helm is talking to a cluster that does not know the kinds yet, so that Helm could
not even read an object of one of them in the manifest. In helm template, and in tools
that use it, there is no cluster, and no answer.
*/ -}}
{{- define "grantor.kindsMissing" -}}
{{- if and (not (.Capabilities.APIVersions.Has "oauth.grantor.dev/v1alpha1/OAuthServer")) (lookup "v1" "Namespace" "" "kube-system") -}}
true
{{- end }}
{{- end }}

{{- /*
Annotations of an object of our kinds. Where the kinds are made by the very same command,
the object is made afterwards, as a hook; the next upgrade finds it and takes it over by
the names of the release.
*/ -}}
{{- define "grantor.ownKind.annotations" -}}
{{- if include "grantor.kindsMissing" . -}}
helm.sh/hook: post-install,post-upgrade{{ if semverCompare ">=4.0.0-0" .Capabilities.HelmVersion.Version }},post-rollback{{ end }}
# Any but the default, which deletes the object before it is made again.
helm.sh/hook-delete-policy: hook-failed
meta.helm.sh/release-name: {{ .Release.Name }}
meta.helm.sh/release-namespace: {{ .Release.Namespace | quote }}
{{- end }}
{{- end }}
