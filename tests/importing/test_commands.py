"""`flask products import` and its two companions."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from models.organization.organizations import Organization
from models.products.products import Product
from tests import factories
from tests.importing.loading import DATA, example_organizations


def test_a_whole_provider_comes_in(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["organizations", "import", str(DATA / "organizations.csv")]).exit_code == 0
    assert runner.invoke(args=["people", "import", str(DATA / "people.csv")]).exit_code == 0
    result = runner.invoke(args=["products", "import", str(DATA / "products-latin1-semicolon.csv")])
    assert (result.exit_code, Product.select().count()) == (0, 60)
    assert "Written: 60 new, 0 changed." in result.output


def test_refused_rows_are_told_and_the_others_written(app: Flask) -> None:
    example_organizations()
    result = app.test_cli_runner().invoke(args=["products", "import", str(DATA / "products-errors.csv")])
    assert (result.exit_code, Product.select().count()) == (1, 16)
    assert "line 3: " in result.output
    assert "There is no such day as “2027-02-31”." in result.output


def test_a_dry_run_writes_nothing(app: Flask) -> None:
    example_organizations()
    result = app.test_cli_runner().invoke(args=["products", "import", str(DATA / "products-5000.csv"), "--dry-run"])
    assert (result.exit_code, Product.select().count()) == (0, 0)
    assert "5,000 new" in result.output


def test_organization_and_category_for_the_whole_file(app: Flask, tmp_path: Path) -> None:
    made = factories.organization("Quillmark Press")
    file = tmp_path / "domains.csv"
    file.write_text("Domain,Colour\na.example,blue\n")
    args = ["products", "import", str(file), "--organization", made.slug]
    refused = app.test_cli_runner().invoke(args=args)
    assert (refused.exit_code, Product.select().count()) == (1, 0)
    assert "Choose the column that holds the category" in refused.output
    result = app.test_cli_runner().invoke(args=[*args, "--category", "domain"])
    assert (result.exit_code, Product.get().organization_id) == (0, made.id)
    assert "Column “Colour” is not known and left out." in result.output


def test_an_unknown_organization_or_a_file_that_is_none(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "book.csv"
    file.write_bytes(b"PK\x03\x04")
    runner = app.test_cli_runner()
    unknown = runner.invoke(args=["products", "import", str(file), "--organization", "nobody"])
    assert (unknown.exit_code, unknown.output.strip()) == (1, "There is no organization “nobody”.")
    workbook = runner.invoke(args=["organizations", "import", str(file)])
    assert (workbook.exit_code, Organization.select().count()) == (1, 0)
    assert workbook.output.startswith("book.csv: This is a workbook")
