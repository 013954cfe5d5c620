"""What the two distributions of this repository agree on."""

from pooling.claims import RECORD as WRITTEN
from press.run.records import RECORD as READ


def test_records_are_written_under_the_type_that_the_press_reads():
    assert WRITTEN == READ
