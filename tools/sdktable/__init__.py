"""Reads botocore's and boto3's models and packs what handlerlint needs. Used by tools/build_sdk_table.py."""
