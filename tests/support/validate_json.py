"""Holds documents against a JSON Schema. Usage: validate_json.py valid|invalid SCHEMA DIRECTORY

Prints one line for each document of the directory that is not what the first word says; exit 1 if there is one.
"""
import json
import pathlib
import sys

import jsonschema

wanted, schema_file, directory = sys.argv[1:]
schema = json.loads(pathlib.Path(schema_file).read_text(encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
documents = sorted(pathlib.Path(directory).iterdir())
wrong = 0
for document in documents:
    errors = list(validator.iter_errors(json.loads(document.read_text(encoding="utf-8"))))
    if bool(errors) != (wanted == "invalid"):
        wrong += 1
        print(f"{document.name}: {errors[0].message[:300] + ' at ' + errors[0].json_path if errors else 'is valid'}")
print(f"{len(documents)} documents, {wrong} of them not {wanted}")
sys.exit(1 if wrong or not documents else 0)
