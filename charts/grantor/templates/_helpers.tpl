{{- define "grantor.labels" -}}
{{ include "grantor.labels.with" (list . dict) }}
{{- end }}

{{- define "grantor.operator.labels" -}}
{{ include "grantor.labels.with" (list . (dict "app.kubernetes.io/name" "grantor-operator")) }}
{{- end }}

{{- /* Labels of an object that has more than the others: (list $ more). */ -}}
{{- define "grantor.labels.with" -}}
{{- $root := index . 0 -}}
{{- $labels := dict
  "app.kubernetes.io/instance" $root.Release.Name
  "app.kubernetes.io/managed-by" $root.Release.Service
  "app.kubernetes.io/part-of" "grantor"
  "app.kubernetes.io/version" $root.Chart.AppVersion
  "helm.sh/chart" (printf "%s-%s" $root.Chart.Name ($root.Chart.Version | replace "+" "_")) -}}
{{- toYaml (merge $labels (index . 1) $root.Values.commonLabels) }}
{{- end }}

{{- define "grantor.image" -}}
{{- with .Values.image.registry }}{{ . }}/{{ end }}
{{- with .Values.image -}}
{{- .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
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
