"""Makes the input of `run.py`: a monorepo of N services, each with a template, a handler and modules."""

from __future__ import annotations

from pathlib import Path

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.13
    Timeout: 10
Resources:
  Service{number}Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
  Service{number}Function:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.lambda_handler
      Events:
        Api:
          Type: Api
          Properties:
            Method: post
            Path: /service{number}
"""

HANDLER = '''\
"""The handler of service {number}."""

import json
import logging
import os
from datetime import datetime, timezone

from module_1 import Order1, parse
from module_2 import total as total_of

logger = logging.getLogger(__name__)
TABLE = os.environ.get("TABLE", "service{number}")


class BadRequest(Exception):
    """The client's fault."""

    def __init__(self, message, status=400):
        super().__init__(message)
        self.status = status


def respond(status, body):
    return {{
        "statusCode": status,
        "headers": {{"Content-Type": "application/json", "X-Service": "{number}"}},
        "body": json.dumps(body),
    }}


def validated(order):
    if not order.get("lines"):
        raise BadRequest("an order needs lines")
    for line in order["lines"]:
        if int(line["quantity"]) < 1:
            raise BadRequest(f"not a quantity: {{line['quantity']}}", 422)
    return order


def enriched(order, now):
    result = dict(order)
    result["received"] = now.isoformat()
    result["table"] = TABLE
    result["lines"] = [
        {{"article": line["article"], "quantity": int(line["quantity"])}} for line in order["lines"]
    ]
    result["total"] = total_of([int(line["quantity"]) for line in order["lines"]])
    return result


def lambda_handler(event, context):
    now = datetime.now(timezone.utc)
    try:
        order = validated(parse(event["body"]))
        known = Order1(order["lines"][0]["article"], 1)
        answer = enriched(order, now)
        answer["first"] = known.label()
    except BadRequest as error:
        logger.warning("refused: %s", error)
        return respond(error.status, {{"message": str(error)}})
    except (KeyError, ValueError) as error:
        return respond(400, {{"message": str(error)}})
    {ending}
'''

CLEAN_ENDING = "return respond(201, answer)"
WRONG_ENDING = 'return {"statusCode": 201, "body": json.dumps(answer), "at": now}'

MODULE = '''\
"""Module {index} of service {number}: orders, their totals and their labels."""

import json
from dataclasses import dataclass, field


@dataclass
class Order{index}:
    article: str
    quantity: int
    notes: list = field(default_factory=list)

    def label(self):
        return f"{{self.quantity}} x {{self.article}}"

    def add(self, note):
        self.notes.append(note)
        return self


def parse(text):
    document = json.loads(text)
    if not isinstance(document, dict):
        raise ValueError("expected an object")
    return document


def total(quantities):
    result = 0
    for quantity in quantities:
        if quantity > {index}:
            result += quantity
        elif quantity < 0:
            result -= quantity
        else:
            result += 1
    return result


def grouped(orders):
    groups = {{}}
    for order in orders:
        groups.setdefault(order.article, []).append(order)
    return {{article: sum(order.quantity for order in found) for article, found in groups.items()}}


def table(orders, width={index}0):
    lines = []
    for article, quantity in sorted(grouped(orders).items()):
        lines.append(article.ljust(width) + str(quantity).rjust(8))
    return "\\n".join(lines)
'''


def make_monorepo(root: Path, services: int, modules: int = 9, wrong_every: int = 10) -> None:
    """`services` folders with a handler and `modules` modules each; one handler in `wrong_every` is wrong."""
    (root / ".git").mkdir(parents=True)
    for number in range(services):
        service = root / f"service_{number:04}"
        source = service / "src"
        source.mkdir(parents=True)
        (service / "template.yaml").write_text(TEMPLATE.format(number=number), "utf-8")
        ending = CLEAN_ENDING if number % wrong_every else WRONG_ENDING
        (source / "app.py").write_text(HANDLER.format(number=number, ending=ending), "utf-8")
        for index in range(1, modules + 1):
            text = MODULE.format(number=number, index=index)
            (source / f"module_{index}.py").write_text(text, "utf-8")
