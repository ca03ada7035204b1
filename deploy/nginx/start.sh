#!/bin/sh
# Fills in nginx.conf.template from the environment and becomes nginx.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
script=
for name in NGINX_STATE MIME_TYPES WEB_1 WEB_2 HTTP_LISTEN HTTPS_LISTEN TLS_CERTIFICATE TLS_KEY STATIC_ROOT; do
  eval "value=\$$name"
  script="$script;s|@$name@|$value|g"
done
sed "${script#;}" "$here/nginx.conf.template" > "$NGINX_STATE/nginx.conf"
exec nginx -p "$NGINX_STATE" -c "$NGINX_STATE/nginx.conf" -e stderr -g 'daemon off;'
