"""Pages of the kinds that real applications show, for finding elements again."""

from __future__ import annotations

SHOP = """
<header><nav aria-label="Main">
  <a href="/">Home</a> <a href="/basket">Basket (2)</a> <a href="/in">Sign in</a>
</nav></header>
<main><h1>Products</h1>
<form role="search"><input type="search" placeholder="Search products"><button>Search</button></form>
<ul id="list">
  <li class="card a1"><a href="/p/1"><img alt="" src="data:,"><h3>Blue mug</h3></a><p>$12.00</p>
    <button>Add to basket</button></li>
  <li class="card a2"><a href="/p/2"><h3>Red mug</h3></a><p>$14.00</p><button>Add to basket</button></li>
  <li class="card a3"><a href="/p/3"><h3>Tea pot</h3></a><p>$40.00</p><button>Add to basket</button></li>
</ul></main>"""

TABLE = """
<h1>Users</h1>
<table><caption>People</caption>
<thead><tr><th>No</th><th>Name</th><th>State</th><th>Do</th></tr></thead>
<tbody>
<tr><td>1001</td><td>Ann</td><td>Active</td><td><button>Edit</button> <button>Delete</button></td></tr>
<tr><td>1002</td><td>Anna</td><td>Active</td><td><button>Edit</button> <button>Delete</button></td></tr>
<tr><td>1003</td><td>Bob <b>Stone</b></td><td>Away</td><td><button>Edit</button> <button>Delete</button></td></tr>
</tbody></table>
<table><caption>Robots</caption><tbody>
<tr><td>2001</td><td>Ann</td><td>Active</td><td><button>Edit</button> <button>Delete</button></td></tr>
</tbody></table>"""

FORM = """
<h1>Account</h1>
<section><h2>Billing</h2>
  <label for="bs">Street</label><input id="bs" name="billing_street"><label>City <input name="billing_city"></label>
  <button>Save</button></section>
<section><h2>Shipping</h2>
  <label for="ss">Street</label><input id="ss" name="shipping_street"><label>City <input name="shipping_city"></label>
  <button>Save</button></section>
<fieldset><legend>Contact by</legend>
  <label><input type="radio" name="by" value="m"> Mail</label>
  <label><input type="radio" name="by" value="p"> Phone</label>
</fieldset>
<label>Country <select><option>France</option><option>Japan</option></select></label>
<label><input type="checkbox"> I agree to the terms</label>
<input type="file" hidden id="upload" aria-label="Picture"><button>Choose a picture</button>
<textarea placeholder="Remarks"></textarea>
<div class="icons"><button class="icon-trash css-1x2y3z"></button><button class="icon-pen css-9a8b7c"></button></div>
<div role="dialog" aria-label="Delete account?"><p>Really?</p><button>Cancel</button><button>OK</button></div>"""

ADDRESSES = """
<h1>Addresses</h1>
<ul>
  <li><address>Ada Lovelace<br>Ockham Park 3<br>20095 Woking</address>
    <div><button title="Edit">e</button> <button title="Remove">x</button></div></li>
  <li><address>12 <br>Charles Babbage<br>Dorset Street 1<wbr>A</address>
    <div><button title="Edit">e</button> <button title="Remove">x</button></div></li>
</ul>"""

SHADOW = """
<h1>Widgets</h1><div id="host"></div><button>Save</button>
<my-card><span slot="title">Plan</span><button>Choose</button></my-card>
<script>
  const root = document.getElementById("host").attachShadow({mode: "open"});
  root.innerHTML = "<h2>Rating</h2><button>Good</button><button>Bad</button><button>Save</button>" +
    "<p>Text in a shadow</p>";
  customElements.define("my-card", class extends HTMLElement {
    connectedCallback() {
      this.attachShadow({mode: "open"}).innerHTML =
        "<div><h3><slot name=title></slot></h3><slot></slot><a href='#x'>More</a></div>";
    }
  });
</script>"""

DIVS = """
<div class="app"><div class="bar"><div><span>Tasks</span></div></div>
<div class="list">
  <div class="item"><div class="text">Buy milk</div><div class="x" onclick="0">×</div></div>
  <div class="item"><div class="text">Walk dog</div><div class="x" onclick="0">×</div></div>
  <div class="item"><div class="text">Call mum 2</div><div class="x" onclick="0">×</div></div>
</div>
<div class="tabs"><span onclick="0">All</span><span onclick="0">Done</span></div>
<div onclick="0"><span>3 items left</span></div><p>Ada <b>Lovelace</b>, <i>London</i></p><img alt="Logo" src="data:,">
</div>"""

PAGES = {"shop": SHOP, "table": TABLE, "form": FORM, "addresses": ADDRESSES, "shadow": SHADOW, "divs": DIVS}
