"""The three pages that the rules are timed on: a log-in, a shop of 200 products, a table of 1,000 rows by 8."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["PAGES", "login", "shop", "table"]

_LEGAL = ("Product", "Company", "Legal")


def login() -> str:
    """Return a log-in page of some 100 elements: header, form, footer."""
    links = "".join(
        f'<li><a href="/{word.lower()}">{word}</a></li>' for word in ("Home", "Plans", "Docs", "Blog", "Help")
    )
    legal = "".join(f"<section><h3>{title}</h3><ul>{_entries(title)}</ul></section>" for title in _LEGAL)
    return f"""<!doctype html><title>Log in</title>
<style>body{{font:14px sans-serif;margin:0}} .btn{{cursor:pointer}} label{{display:block}}
footer{{display:flex}}</style>
<header><img src="data:," alt="Acme" width=20 height=20><nav aria-label="Main"><ul>{links}</ul></nav></header>
<main><h1>Log in</h1><p>Welcome back. <a href="#help">Need help?</a></p>
<form><div class="row"><label for="u">E-mail</label>
<input id="u" type="email" placeholder="you@example.com" required></div>
<div class="row"><label for="p">Password</label><input id="p" type="password" required></div>
<div class="row"><label><input type="checkbox"> Remember me</label></div>
<button class="btn" type="submit">Log in</button> <a href="#forgot">Forgot your password?</a></form>
<p>No account yet? <a href="#up">Sign up</a></p></main><footer>{legal}</footer>"""


def _entries(title: str) -> str:
    return "".join(f"<li><a href=#>{title} {i}</a></li>" for i in range(1, 9))


def shop(products: int = 200) -> str:
    """Return a shop of 12 elements a product, and a few more."""
    card = """<article class="card" data-testid="p{i}">
<img src="data:," alt="Picture of Lamp {i:03}" width="80" height="60">
<h3><a href="/p/{i}">Lamp {i:03}</a></h3><p class="text">A lamp for room {i}, <b>warm</b> light.</p>
<div class="price"><span class="cur">$</span><span class="amount">{price}.99</span></div>
<label>Quantity <input type="number" min="1" value="1"></label><button class="btn add">Add to cart</button></article>"""
    cards = "".join(card.format(i=i, price=10 + i % 90) for i in range(1, products + 1))
    return f"""<!doctype html><title>Shop</title>
<style>body{{font:14px sans-serif}}
.grid{{display:grid;grid-template-columns:repeat(5,1fr)}} .btn{{cursor:pointer}}</style>
<header><a href="/">Lamps</a><form role="search">
<input type="search" aria-label="Search products"><button>Search</button></form>
<nav><a href="/cart">Cart (0)</a> <a href="/login">Sign in</a></nav></header>
<main><h1>All lamps</h1><div class="grid">{cards}</div></main>"""


def table(rows: int = 1000, columns: int = 8) -> str:
    """Return a table with a button in the last column of each row."""
    heads = "".join(
        f"<th>{word}</th>" for word in ("Id", "Name", "E-mail", "Role", "City", "Seen", "State", "")[:columns]
    )
    body = "".join(
        f"<tr><td>{i}</td><td>User {i:04}</td><td>user{i:04}@example.com</td>"
        f"<td>{('Admin', 'Editor', 'Reader')[i % 3]}</td>"
        f"<td>City {i % 37}</td><td>2026-0{i % 9 + 1}-1{i % 9}</td><td>{('Active', 'Blocked')[i % 2]}</td>"
        f'<td><button aria-label="Edit User {i:04}">Edit</button></td></tr>'
        for i in range(1, rows + 1)
    )
    return f"""<!doctype html><title>Users</title><style>body{{font:13px sans-serif}} button{{cursor:pointer}}</style>
<main><h1>Users</h1><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></main>"""


PAGES: dict[str, Callable[[], str]] = {"login": login, "shop": shop, "table": table}
