"""Packs what handlerlint must know of the AWS SDK from the installed botocore and boto3, and says what changes.

python tools/build_sdk_table.py            write src/handlerlint/inference/sdk/botocore.pack, and NOTICE's versions
python tools/build_sdk_table.py --newest   lock and install the newest botocore and boto3 first
python tools/build_sdk_table.py --verify   compare all services with that file; exit 1 if any differs
python tools/build_sdk_table.py --show s3  print the text of one service
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys

from lock import LOCK, PROJECT, write_locks

from handlerlint.inference.sdk.pack import PACKED_FILE

NOTICE = PROJECT / "NOTICE"
SDK = ["boto3", "botocore", "s3transfer"]


def main() -> int:
    """Write, verify or show; the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--newest", action="store_true", help="lock and install the newest SDK first")
    parser.add_argument("--verify", action="store_true", help="compare, write nothing")
    parser.add_argument(
        "--show", metavar="SERVICE", help="print the text of one service as it would be packed"
    )
    options = parser.parse_args()
    if options.newest:
        write_locks(SDK)
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "-c", LOCK, *SDK], check=True)

    # Not before: these import what has just been installed.
    from sdktable.changes import changes
    from sdktable.packing import packed_texts, service_texts, write_packed_file

    if options.show:
        print(service_texts([options.show])[options.show])
        return 0
    texts = service_texts()
    found = changes(packed_texts(PACKED_FILE), texts)
    for line in found:
        print(line)
    print(f"{len(texts)} services compared, {len(found)} changes")
    if options.verify:
        return 1 if found else 0
    write_packed_file(PACKED_FILE, texts)
    write_notice()
    print(f"{PACKED_FILE}: {PACKED_FILE.stat().st_size:,} bytes")
    return 0


def write_notice() -> None:
    """Name the versions that the file was made from, beside their license."""
    from sdktable.packing import source_versions

    text = NOTICE.read_text("utf-8")
    for name, version in source_versions().items():
        text = re.sub(rf"(?m)^( +{name}) \d\S*$", rf"\g<1> {version}", text)
    NOTICE.write_text(text, "utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
