# Build: compile with the locked packages; then keep production packages only.
FROM node:20-bookworm-slim AS build
WORKDIR /edno
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY adapters adapters
RUN npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
ENV NODE_ENV=production EDNO_ENV=production EDNO_DATA_DIR=/data EDNO_HTTP_HOST=0.0.0.0
WORKDIR /edno
COPY --from=build /edno/node_modules node_modules
COPY --from=build /edno/dist dist
COPY package.json README.md LICENSE ./
COPY adapters adapters
COPY config config
COPY schemas schemas
COPY docs docs
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8443
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "dist/src/cli/main.js", "config", "health"]
CMD ["node", "dist/src/cli/main.js", "serve"]
