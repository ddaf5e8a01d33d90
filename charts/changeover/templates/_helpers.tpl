{{/* What must be said once, early, instead of failing somewhere later. */}}
{{- define "changeover.validate" -}}
{{- if ne .Release.Namespace "changeover-system" }}{{ fail "Install it in the namespace changeover-system: the product keeps its records there and knows no other." }}{{ end }}
{{- if and .Values.siteWorker.enabled (not .Values.site) }}{{ fail "siteWorker needs site: the clusterID of this cluster." }}{{ end }}
{{- $any := or .Values.siteWorker.enabled .Values.controlWorker.enabled .Values.controller.enabled .Values.api.enabled }}
{{- if and $any (not .Values.config.sites) }}{{ fail "config.sites is needed by every component: see the README's Configuration." }}{{ end }}
{{- if and .Values.siteWorker.enabled (not (hasKey .Values.config.sites .Values.site)) }}{{ fail (printf "config.sites has no %s." .Values.site) }}{{ end }}
{{- if and (gt (int .Values.controlWorker.replicas) 1) .Values.controlWorker.enabled .Values.controlWorker.journal.persistent (not .Values.controlWorker.journal.existingClaim) }}{{ fail "Several control workers need one record: PostgreSQL (config.journal.postgres, controlWorker.journal.persistent=false), or an existing claim that all can write." }}{{ end }}
{{- end }}

{{- define "changeover.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}{{ else }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- define "changeover.labels" -}}
app.kubernetes.io/name: changeover
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{/* Of an object that `changeover uninstall` may remove; not of a selector, which can never be changed. */}}
{{- define "changeover.marks" -}}
{{ include "changeover.labels" . }}
changeover.io/installed: 'true'
{{- end }}

{{/* The manifests of one file of deploy/, without the namespace, which Helm makes, and for the storage namespace that was set. */}}
{{- define "changeover.rights" -}}
{{- $root := .root }}
{{- range splitList "\n---\n" ($root.Files.Get (printf "rights/%s.yaml" .file)) }}
{{- if not (regexMatch "(?m)^kind: Namespace$" .) }}
---
{{ . | replace "namespace: infoscale-vtas" (printf "namespace: %s" $root.Values.rights.storageNamespace) | trim }}
{{- end }}
{{- end }}
{{- end }}

{{/* One component: .root, .name, .account, .token (whether it talks to this cluster's API server), .settings, .args, .health (whether it answers on 8481), and more. */}}
{{- define "changeover.deployment" -}}
{{- $root := .root }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: changeover-{{ .name }}
  namespace: {{ $root.Release.Namespace }}
  labels: {{- include "changeover.marks" (dict "root" $root "component" .name) | nindent 4 }}
spec:
  replicas: {{ .settings.replicas }}
  {{- if .recreate }}
  # Its volume is held by one pod at a time.
  strategy: {type: Recreate}
  {{- end }}
  selector:
    matchLabels: {{- include "changeover.labels" (dict "root" $root "component" .name) | nindent 6 }}
  template:
    metadata:
      labels: {{- include "changeover.labels" (dict "root" $root "component" .name) | nindent 8 }}
      annotations:
        changeover.io/configuration: {{ $root.Values.config | toJson | sha256sum }}
        {{- with $root.Values.podAnnotations }}{{ toYaml . | nindent 8 }}{{ end }}
    spec:
      serviceAccountName: {{ .account }}
      automountServiceAccountToken: {{ .token }}
      # A worker gives its calls back before it ends; see shutdownForceTime.
      terminationGracePeriodSeconds: 15
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        runAsGroup: 10001
        fsGroup: 10001
        seccompProfile: {type: RuntimeDefault}
      {{- with $root.Values.imagePullSecrets }}
      imagePullSecrets: {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .name }}
          image: {{ include "changeover.image" $root }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          command: [node]
          args: {{ (.health | ternary (concat .args (list "--health" "0.0.0.0:8481")) .args) | toJson }}
          env:
            - {name: CHANGEOVER_CONFIG, value: /etc/changeover/changeover.yaml}
            - {name: TMPDIR, value: /tmp}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
          {{- with .port }}
          ports:
            - {name: http, containerPort: {{ . }}}
          {{- end }}
          {{- if .health }}
          ports:
            - {name: health, containerPort: 8481}
          readinessProbe:
            httpGet: {path: /readyz, port: health}
            periodSeconds: 10
            timeoutSeconds: 5
          livenessProbe:
            httpGet: {path: /healthz, port: health}
            initialDelaySeconds: 20
            periodSeconds: 20
            timeoutSeconds: 5
          {{- end }}
          {{- with .probes }}{{ toYaml . | nindent 10 }}{{ end }}
          {{- with .settings.resources }}
          resources: {{- toYaml . | nindent 12 }}
          {{- end }}
          volumeMounts:
            - {name: configuration, mountPath: /etc/changeover/changeover.yaml, subPath: changeover.yaml, readOnly: true}
            - {name: configuration, mountPath: /etc/changeover/in-cluster.kubeconfig, subPath: in-cluster.kubeconfig, readOnly: true}
            - {name: keys, mountPath: /etc/changeover/keys, readOnly: true}
            - {name: tmp, mountPath: /tmp}
            {{- if .journal }}
            - {name: journal, mountPath: /var/lib/changeover}
            {{- end }}
      volumes:
        - name: configuration
          configMap: {name: changeover-configuration}
        - name: keys
          secret: {secretName: {{ $root.Values.keysSecret }}, defaultMode: 0440}
        - name: tmp
          emptyDir: {}
        {{- with .journal }}
        - name: journal
          persistentVolumeClaim: {claimName: {{ . }}}
        {{- end }}
      {{- with $root.Values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
{{- if and $root.Values.podDisruptionBudget.enabled (gt (int .settings.replicas) 1) }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: changeover-{{ .name }}
  namespace: {{ $root.Release.Namespace }}
  labels: {{- include "changeover.marks" (dict "root" $root "component" .name) | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{- include "changeover.labels" (dict "root" $root "component" .name) | nindent 6 }}
{{- end }}
{{- end }}
