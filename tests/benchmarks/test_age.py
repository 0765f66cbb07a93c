"""A site that grows old is asked on both databases, and is the same site on both."""

from pathlib import Path

from benchmarks import age


def test_a_site_is_the_same_where_it_is_moved_to(sqlite_url: str, pg_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "moved"
    folder.mkdir()
    with age.site(sqlite_url, 2) as here, age.moved(here, pg_url, folder) as there:
        assert there.log.url.get_backend_name() == "postgresql"
        assert there.log.end() == here.log.end()
        for month in (age.BEFORE, age.MONTH):
            assert there.reports.monthly(month, age.SITE) == here.reports.monthly(month, age.SITE) != []
        assert there.review.employees(age.SITE) == here.review.employees(age.SITE)  # its keyring came with it
