#!/bin/sh
# Builds the Debian package with pg_buildext, installs it with apt, uses it in a
# throwaway cluster, and takes it off again:
#
#   sh test/servers/package.sh
#
# The last line counts the tests.  CI runs this in a chroot.
set -eu
# shellcheck source=test/servers/server.sh
. "$(dirname "$0")/server.sh"

passed=0
failed=0

check() {
    check_name=$1
    shift
    if "$@" >"$TMP/check.log" 2>&1 </dev/null; then
        passed=$((passed + 1))
        say "ok - $check_name"
    else
        failed=$((failed + 1))
        say "not ok - $check_name"
        tail -n 40 "$TMP/check.log"
    fi
}

# The PGXN meta specification 1.0.0: what must be there, and what must agree.
check_meta() {
    perl -MJSON::PP -e '
        my $meta = decode_json(do { local $/; <> });
        for my $key (qw(name version abstract license maintainer provides resources release_status meta-spec)) {
            die "META.json lacks $key\n" unless $meta->{$key};
        }
        die "maintainer: a name and an address\n" unless $meta->{maintainer} =~ /^[^<]+ <[^@>]+@[^>]+>$/;
        die "resources\n" unless $meta->{resources}{repository}{url} && $meta->{resources}{bugtracker} && $meta->{resources}{homepage};
        die "meta-spec\n" unless $meta->{"meta-spec"}{version} eq "1.0.0";
        for my $name (keys %{ $meta->{provides} }) {
            my $extension = $meta->{provides}{$name};
            die "no control file for $name\n" unless -e "$name.control";
            die "$name: $extension->{file} does not exist\n" unless -e $extension->{file};
            die "$name: $extension->{docfile} does not exist\n" unless -e $extension->{docfile};
            open my $control, "<", "$name.control" or die $!;
            my ($version) = join("", <$control>) =~ /default_version = .(.+?).$/m;
            die "version $extension->{version} is not $version\n" unless $extension->{version} eq $version;
            die "version is not semantic\n" unless $version =~ /^\d+\.\d+\.\d+$/;
        }
        open my $makefile, "<", "Makefile" or die $!;
        my ($version) = join("", <$makefile>) =~ /^EXTVERSION = (.+)$/m;
        die "Makefile says $version\n" unless $version eq $meta->{version};
        open my $changelog, "<", "debian/changelog" or die $!;
        die "debian/changelog is of another version\n" unless <$changelog> =~ /^kpi \(\Q$version\E-/;
    ' META.json
}

# Where the tree is a checkout.
check_archive() {
    [ -e "$KPI_SOURCE/.git" ] || return 0
    ! git -C "$KPI_SOURCE" archive HEAD | tar -tf - | grep -E '^\.(ci|clang|editor|git)'
}

cd "$KPI_SOURCE"
need_postgres perl build-essential debhelper fakeroot lintian postgresql-server-dev-all
begin
check "META.json, kpi.control, Makefile and debian/changelog agree" check_meta

check "a release archive holds no files of the developers" check_archive

version=$(sed -n 's/^EXTVERSION = //p' Makefile)
source=$TMP/kpi-$version
mkdir "$source"
tar -cf - --exclude=.git --exclude='*.o' --exclude='*.so' --exclude='*.bc' . | tar -xf - -C "$source"
[ -z "$RUNNER" ] || chown -R "$RUNNER" "$TMP"
cd "$source"
check "debian/control is what debian/control.in makes" as_runner pg_buildext checkcontrol
check "the package builds, with its regression tests" as_runner dpkg-buildpackage -us -uc -b
package=postgresql-$PG_MAJOR-kpi
check "lintian finds no error" sh -c 'lintian --fail-on error --profile debian ../*.deb ../*.changes'
check "apt installs it" as_root apt-get install -y -qq "$TMP/$package"_*.deb
cd "$TMP"
check "a cluster of the system creates the extension" \
    as_runner pg_virtualenv -v "$PG_MAJOR" psql -X -v ON_ERROR_STOP=1 \
    -c "CREATE EXTENSION kpi" -c "SELECT fcr(true), service_level(10, 20, true)" -c "DROP EXTENSION kpi"
check "and the extension of rollups, which brings kpi along" \
    as_runner pg_virtualenv -v "$PG_MAJOR" psql -X -v ON_ERROR_STOP=1 \
    -c "CREATE EXTENSION kpi_rollup CASCADE" \
    -c "CREATE TABLE calls (at timestamptz PRIMARY KEY, resolved boolean)" \
    -c "CALL rollup_create('hourly', 'SELECT interval_start(at, ''1 h'', ''UTC'') AS hour, fcr(resolved) FROM calls GROUP BY 1')" \
    -c "INSERT INTO calls VALUES (now(), true)" -c "SELECT hourly_refresh(), * FROM hourly"
check "its documentation is installed, as it is" test -e "/usr/share/doc/$package/docs/queue.md" \
    -a -e "/usr/share/doc/$package/examples/grafana/contact_centre.json" -a -e "/usr/share/doc/$package/examples/demo.sql"
check "and the files for systems of contact centres" test -e "/usr/share/postgresql/$PG_MAJOR/extension/kpi/asterisk.sql"
check "apt takes it off" as_root apt-get purge -y -qq "$package"
check "and nothing is left" test ! -e "/usr/share/postgresql/$PG_MAJOR/extension/kpi.control" \
    -a ! -e "/usr/share/postgresql/$PG_MAJOR/extension/kpi_rollup.control"
say "$passed passed, $failed failed"
[ "$failed" = 0 ]
