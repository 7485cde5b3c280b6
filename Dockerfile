# syntax=docker/dockerfile:1
# The server in a container. `docker build -t fogbank .`, then see docs/container.md.

FROM rust:1.95-slim-trixie AS build
# The image's own toolchain, without the components that rust-toolchain.toml asks for to develop.
ENV RUSTUP_TOOLCHAIN=1.95.0
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --package fogbank && cp target/release/fogbank /fogbank

FROM debian:trixie-slim AS server
COPY --from=build /fogbank /usr/local/bin/fogbank
# Under this name it is `fogbank aws`, which init scripts call.
RUN ln -s fogbank /usr/local/bin/awslocal
# The folder that LocalStack users mount. Pid files are the container's own.
ENV GATEWAY_LISTEN=0.0.0.0:4566 \
    DATA_DIR=/var/lib/localstack \
    FOGBANK_STATE_DIR=/run/fogbank
VOLUME /var/lib/localstack
EXPOSE 4566 4510-4559
HEALTHCHECK --interval=5s --timeout=3s --start-period=5s --start-interval=200ms \
    CMD ["fogbank", "wait", "--timeout", "1"]
ENTRYPOINT ["fogbank"]
CMD ["start"]

# With the AWS CLI, for scripts under /etc/localstack/init: `docker build --target with-aws-cli .`
FROM server AS with-aws-cli
RUN apt-get update && apt-get install --yes --no-install-recommends awscli && rm -rf /var/lib/apt/lists/*

FROM server
