"""Packs what handlerlint must know of the AWS SDK from the installed botocore and boto3.

python tools/build_sdk_table.py            write src/handlerlint/inference/sdk/botocore.pack
python tools/build_sdk_table.py --verify   compare all services with that file; exit 1 if any differs
python tools/build_sdk_table.py --show s3  print the text of one service
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sdktable.packing import differences, service_texts, write_packed_file

from handlerlint.inference.sdk.pack import PACKED_FILE, open_packed_file


def main() -> int:
    """Write, verify or show; the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--verify", action="store_true", help="compare, write nothing")
    parser.add_argument(
        "--show", metavar="SERVICE", help="print the text of one service as it would be packed"
    )
    parser.add_argument("--file", type=Path, default=PACKED_FILE, help="the packed file")
    options = parser.parse_args()
    if options.show:
        print(service_texts([options.show])[options.show])
        return 0
    texts = service_texts()
    if not options.verify:
        write_packed_file(options.file, texts)
        print(f"{options.file}: {len(texts)} services, {options.file.stat().st_size:,} bytes")
        return 0
    found = differences(options.file, texts)
    found += [
        f"{name}: not in botocore"
        for name in open_packed_file(options.file).service_names()
        if name not in texts
    ]
    for line in found:
        print(line)
    print(f"{len(texts)} services compared, {len(found)} differ")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
