"""Orders, kept as one JSON object each in a bucket."""

import json
import os
import uuid
from datetime import datetime, timezone

import boto3

s3 = boto3.client("s3")


def create(order):
    key = str(uuid.uuid4())
    save(key, {**order, "id": key, "created": datetime.now(timezone.utc).isoformat()})
    return key


def save(key, order):
    s3.put_object(Bucket=os.environ["ORDERS_BUCKET"], Key=f"{key}.json", Body=json.dumps(order))


def load(key):
    found = s3.get_object(Bucket=os.environ["ORDERS_BUCKET"], Key=f"{key}.json")
    return json.loads(found["Body"].read())


def load_all():
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=os.environ["ORDERS_BUCKET"])
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    return [load(key.removesuffix(".json")) for key in sorted(keys)]
