"""Products as operators see them: over all organizations, with what the provider alone may change."""

from __future__ import annotations

from models.base import fold, is_postgresql, like
from models.errors import NotFound
from models.operators.paging import Listed, Listing
from models.organization.organizations import Organization
from models.paging import Edge
from models.products.products import Category, Product

COLUMNS = (
    "p.id, p.name, p.identifier, p.category_id, p.state, p.expires_on, p.auto_renew, p.price_minor, p.currency, "
    "o.name, o.id, p.id, p.id"
)


def page(search: str, organization_id: int | None, state: str, edge: Edge | None) -> Listed:
    """A page of products, newest first; every word of the search is in the name or the identifier."""
    where: list[str] = []
    params: list[object] = []
    for condition, value in (("p.organization_id = ?", organization_id), ("p.state = ?", state)):
        if value:
            where.append(condition)
            params.append(value)
    words = fold(search).split()[:8]
    _search(words, where, params)
    source = "product p JOIN organization o ON o.id = p.organization_id"
    return Listing(COLUMNS, source, "p.id", "p.id", where, params, descending=True).page(edge)


def _search(words: list[str], where: list[str], params: list[object]) -> None:
    long = [word for word in words if len(word) > 2]
    if long and not is_postgresql():
        where.append("p.id IN (SELECT rowid FROM product_search WHERE product_search MATCH ?)")
        params.append(" AND ".join('"' + word.replace('"', '""') + '"' for word in long))
    for word in words:
        where.append("p.search LIKE ? ESCAPE '\\'")
        params.append(like(word))


def get(number: int) -> Product:
    """The product with this id, with its organization and category. Raises NotFound."""
    found: Product | None = (
        Product.select(Product, Organization, Category)
        .join(Organization)
        .switch(Product)
        .join(Category)
        .where(Product.id == number)
        .first()
    )
    if found is None:
        raise NotFound
    return found
