import pytest

from api.auth.rate_limit import Bucket, Buckets, Rate, RateLimitedError


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bucket(clock: Clock) -> Bucket:
    return Bucket(Rate(limit=100, restore_per_s=10), clock)


def test_a_bucket_gives_what_it_holds_and_not_one_more(bucket: Bucket) -> None:
    bucket.take(100)
    with pytest.raises(RateLimitedError):
        bucket.take(1)


def test_a_request_that_is_refused_takes_nothing(bucket: Bucket) -> None:
    with pytest.raises(RateLimitedError):
        bucket.take(101)
    assert bucket.available == 100


def test_it_fills_with_time_and_says_when_there_is_enough(bucket: Bucket, clock: Clock) -> None:
    bucket.take(100)
    with pytest.raises(RateLimitedError) as refusal:
        bucket.take(25)
    assert refusal.value.retry_after_s == 3
    clock.now += 2.4
    assert bucket.available == 24
    clock.now += 0.1
    bucket.take(25)
    assert bucket.available == 0


def test_it_never_holds_more_than_its_limit(bucket: Bucket, clock: Clock) -> None:
    bucket.take(10)
    bucket.give_back(50)
    assert bucket.available == 100
    clock.now += 1_000
    assert bucket.available == 100


def test_what_was_not_used_can_be_taken_again(bucket: Bucket) -> None:
    bucket.take(100)
    bucket.give_back(60)
    assert bucket.state() == {"available": 60, "limit": 100, "restoreRate": 10}


def test_a_clock_that_stands_still_gives_nothing(bucket: Bucket) -> None:
    bucket.take(40)
    assert [bucket.available for _ in range(3)] == [60, 60, 60]


def test_each_credential_has_its_own_and_few_are_remembered(clock: Clock) -> None:
    buckets = Buckets(Rate(100, 10), clock, credentials_max=2)
    buckets.of("a").take(100)
    assert buckets.of("b").available == 100
    assert buckets.of("a").available == 0
    buckets.of("c")
    assert len(buckets) == 2
    assert buckets.of("a").available == 0
