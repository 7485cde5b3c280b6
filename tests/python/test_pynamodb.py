"""PynamoDB's models: indexes, conditions, batches, transactions."""

import pytest
from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute, VersionAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import PutError, TransactWriteError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite


@pytest.fixture
def thread(server, unique, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")

    class ByAuthor(GlobalSecondaryIndex):
        class Meta:
            index_name = "by-author"
            projection = AllProjection()

        author = UnicodeAttribute(hash_key=True)
        views = NumberAttribute(range_key=True)

    class Thread(Model):
        class Meta:
            table_name = unique("threads")
            billing_mode = "PAY_PER_REQUEST"
            host = server.endpoint
            region = "us-east-1"

        forum = UnicodeAttribute(hash_key=True)
        subject = UnicodeAttribute(range_key=True)
        author = UnicodeAttribute(null=True)
        views = NumberAttribute(default=0)
        tags = ListAttribute(default=list)
        version = VersionAttribute()
        by_author = ByAuthor()

    Thread.create_table(wait=True)
    return Thread, Connection(region="us-east-1", host=server.endpoint)


def test_models_are_saved_found_and_guarded(thread):
    Thread, _ = thread
    with Thread.batch_write() as batch:
        for n in range(30):
            batch.save(Thread("forum", f"s{n:02}", author="ann" if n % 2 else "bob", views=n))
    assert Thread.count("forum", Thread.subject.startswith("s1")) == 10
    top = list(Thread.by_author.query("ann", Thread.views > 20, scan_index_forward=False))
    assert [one.views for one in top] == [29, 27, 25, 23, 21]
    one = Thread.get("forum", "s01")
    one.update(actions=[Thread.views.set(Thread.views + 5), Thread.tags.set(Thread.tags.append(["new"]))])
    assert (one.views, one.tags, one.version) == (6, ["new"], 1)
    with pytest.raises(PutError):
        Thread("forum", "s01", version=7).save()


def test_transactions_are_whole(thread):
    Thread, connection = thread
    Thread("a", "1", views=1).save()
    with pytest.raises(TransactWriteError) as refused:
        with TransactWrite(connection=connection) as transaction:
            transaction.save(Thread("a", "2"))
            transaction.condition_check(Thread, "a", "1", condition=Thread.views > 1)
    codes = [reason and reason.code for reason in refused.value.cancellation_reasons]
    assert codes == ["ConditionalCheckFailed", None], "PynamoDB sends checks first"
    assert Thread.count("a") == 1
