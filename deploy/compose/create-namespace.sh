#!/bin/sh
# Makes the namespace of the runs and their search attributes. Running it again changes nothing.
set -eu
until temporal operator cluster health >/dev/null 2>&1; do sleep 1; done
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
# A namespace that was made just now is known everywhere within seconds.
until temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; do sleep 1; done
present="$(temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE")"
for name in $SEARCH_ATTRIBUTES; do
  case "$present" in
    *"$name"*) ;;
    *) temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$name" --type Keyword ;;
  esac
done
