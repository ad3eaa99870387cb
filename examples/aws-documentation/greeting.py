"""Greets the person that the event names."""


def lambda_handler(event, context):
    return {"message": f"Hello {event['first_name']} {event['last_name']}!"}
