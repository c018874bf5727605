# PostgreSQL with kpi, from Debian's own packages:
#
#   docker build -t kpi .
#   docker run --rm -e POSTGRES_PASSWORD=... -p 5432:5432 kpi
#
# The database is made at the first start, with both extensions in it. compose.yaml
# adds Grafana with the dashboard.
FROM debian:12-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc make postgresql-server-dev-15 && rm -rf /var/lib/apt/lists/*
COPY . /kpi
RUN make -C /kpi with_llvm=no && make -C /kpi with_llvm=no DESTDIR=/installed install

FROM debian:12-slim
RUN mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf && \
    apt-get update && apt-get install -y --no-install-recommends postgresql-15 && rm -rf /var/lib/apt/lists/*
COPY --from=build /installed /
COPY examples/docker/start.sh /usr/local/bin/start-kpi
COPY test/simulate/contact_centre.sql examples/grafana/demo.sql /usr/local/share/kpi/
USER postgres
ENV PGDATA=/var/lib/postgresql/kpi PGHOST=/tmp
VOLUME /var/lib/postgresql
EXPOSE 5432
STOPSIGNAL SIGINT
CMD ["sh", "/usr/local/bin/start-kpi"]
