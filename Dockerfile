# One image for every role: site worker, control worker, controller, API and the command.
# Build: docker build -t changeover:0.1.0 .
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Not npm ci: it refuses a lock file without the optional packages of platforms that are not this one.
RUN npm install --no-save --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN node node_modules/typescript/bin/tsc -p tsconfig.build.json && node dist/src/bundle.js
RUN npm prune --omit=dev --no-audit --no-fund

FROM node:20-bookworm-slim
# A number, so that Kubernetes can see that it is not root.
RUN groupadd --gid 10001 changeover && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin changeover \
  && install -d -o 10001 -g 10001 /var/lib/changeover /etc/changeover
WORKDIR /app
ENV NODE_ENV=production CHANGEOVER_CONFIG=/etc/changeover/changeover.yaml
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER 10001:10001
ENTRYPOINT ["node"]
CMD ["dist/src/main.js", "--help"]
