"""Templates of our own for the comparison with handlebars.js: the language itself."""

from typing import Final

PATHS: Final = """
{{name}}
{{ name }}
{{{title}}}
{{title}}
{{&title}}
{{& title}}
{{missing}}
{{nil}}
{{zero}} {{one}} {{half}} {{float}} {{tiny}} {{small}} {{big}} {{large}} {{million}} {{negative}}
{{yes}} {{no}}
{{list}}
{{nested}}
{{none}}
{{object}}
{{blank}}
{{{object}}}
{{users}}
{{data.items.0.name}}
{{data.items.1.name}}
{{data.items.[1].name}}
{{data.items.[1].id}}
{{data/items/0/name}}
{{list.[0]}}
{{list.[9]}}
{{list.[-1]}}
{{list.[01]}}
{{list.length}}
{{name.length}}
{{name.[0]}}
{{name.[7]}}
{{empty.length}}
{{[odd key]}}
{{["odd key"]}}
{{"odd key"}}
{{'odd key'}}
{{a-b}}
{{[a.b]}}
{{a.b}}
{{object.a}} {{object.b}} {{object.c}} {{object.d}} {{object.[10]}} {{object.10}}x
{{object.[10].x}}
{{deep.er.still.value}}
{{deep.er.missing.value}}
{{nil.x.y}}
{{zero.x}}
{{yes.x}}
{{this.name}}
{{./name}}
{{this/name}}
{{this}}
{{.}}
{{[this]}}
{{[this].length}}
{{this.[this]}}
{{../name}}
{{@root.name}}
{{@root.data.items.0.id}}
{{@root.zero.x}}
{{@index}}
{{@missing}}
{{@root}}
{{12}}
{{true}}
{{null}}
{{undefined}}
{{"name"}}
{{constructor}}
{{__proto__}}
{{name.constructor}}
{{list.map}}
{{list.constructor.name}}
{{object.hasOwnProperty}}
{{toString}}
{{name.toUpperCase}}
{{unicode}}
{{text}}
{{[if]}}
{{this.if}}
{{this.[if]}}
{{name}}{{name}}
{{{name}}}{{{title}}}
{{foo-bar}}
{{$x}}
{{été}}
{{données.x}}
{{users.0.address.city}} {{users.2.address.city}}
{{users.0.tags}}
{{one.length}}
{{~name~}}
a {{~name~}} b
a {{~ name ~}} b
a{{~ name}} b
a {{{~title~}}} b
a {{~&title~}} b
{{list.0.x}}
{{hethis}}
{{this.missing.more}}
""".strip().split("\n")

BLOCKS: Final = """
{{#if yes}}a{{/if}}
{{#if no}}a{{/if}}
{{#if no}}a{{else}}b{{/if}}
{{#if no}}a{{^}}b{{/if}}
{{#if zero}}a{{else}}b{{/if}}
{{#if zero includeZero=true}}a{{else}}b{{/if}}
{{#if empty}}a{{else}}b{{/if}}
{{#if none}}a{{else}}b{{/if}}
{{#if blank}}a{{else}}b{{/if}}
{{#if nil}}a{{else}}b{{/if}}
{{#if missing}}a{{else}}b{{/if}}
{{#if object}}a{{else}}b{{/if}}
{{#if list}}a{{else}}b{{/if}}
{{#if "0"}}a{{else}}b{{/if}}
{{#if 0}}a{{else}}b{{/if}}
{{#if -1}}a{{else}}b{{/if}}
{{#if false}}a{{else}}b{{/if}}
{{#if undefined}}a{{else}}b{{/if}}
{{#if no}}a{{else if yes}}b{{else}}c{{/if}}
{{#if no}}a{{else if no}}b{{else if one}}c{{else}}d{{/if}}
{{#if no}}a{{else if no}}b{{else if zero}}c{{else}}d{{/if}}
{{#if no}}a{{else if no}}b{{/if}}
{{#if no}}a{{else unless no}}b{{/if}}
{{#if no}}a{{else each list}}{{this}}{{/if}}
{{#if no}}a{{else with object}}{{a}}{{/if}}
{{#if yes}}{{#if no}}x{{else}}y{{/if}}{{else}}z{{/if}}
{{#unless no}}a{{/unless}}
{{#unless yes}}a{{else}}b{{/unless}}
{{#unless zero}}a{{else}}b{{/unless}}
{{#unless zero includeZero=true}}a{{else}}b{{/unless}}
{{#unless none}}a{{/unless}}
{{#each list}}{{this}}{{/each}}
{{#each list}}{{.}},{{/each}}
{{#each list}}{{@index}}{{@key}} {{/each}}
{{#each object}}{{@key}}={{this}};{{/each}}
{{#each object}}{{@index}}{{#if @first}}F{{/if}}{{#if @last}}L{{/if}} {{/each}}
{{#each none}}a{{else}}b{{/each}}
{{#each blank}}a{{else}}b{{/each}}
{{#each missing}}a{{else}}b{{/each}}
{{#each nil}}a{{else}}b{{/each}}
{{#each name}}a{{else}}b{{/each}}
{{#each five}}a{{else}}b{{/each}}
{{#each users}}{{name}} {{age}} {{address.city}};{{/each}}
{{#each users}}{{name}}{{#each tags}}{{this}}{{../name}}{{@../index}}{{/each}};{{/each}}
{{#each users}}{{#each tags}}{{../../name}}{{@root.name}} {{/each}}{{/each}}
{{#each users}}{{#if tags}}{{../name}}{{/if}}{{/each}}
{{#each users}}{{#if tags}}{{name}}{{/if}}{{/each}}
{{#each users}}{{#with address}}{{city}} {{../name}} {{else}}nowhere {{name}}{{/with}}{{/each}}
{{#each list as |item|}}{{item}}{{/each}}
{{#each list as |item i|}}{{i}}{{item}}{{/each}}
{{#each object as |value key|}}{{key}}{{value}}{{/each}}
{{#each users as |u i|}}{{#each u.tags as |tag j|}}{{i}}{{j}}{{tag}}{{u.name}}{{name}}{{../name}}{{/each}}{{/each}}
{{#each users as |user|}}{{user.address.city}}{{/each}}
{{#each nested}}{{#each this}}{{this}}{{/each}};{{/each}}
{{#each nested}}[{{this}}]{{/each}}
{{#each list}}{{#each ../numbers}}{{this}}{{../this}}{{/each}} {{/each}}
{{#each list}}{{@root.name}}{{/each}}
{{#each list}}{{#if @first}}F{{else if @last}}L{{else}}M{{/if}}{{/each}}
{{#each list}}{{#unless @last}}, {{/unless}}{{/each}}
{{#each this}}{{@key}} {{/each}}
{{#each .}}{{@key}} {{/each}}
{{#with object}}{{a}}{{b}}{{/with}}
{{#with object}}{{a}}{{../name}}{{/with}}
{{#with nil}}a{{else}}b{{/with}}
{{#with missing}}a{{else}}b{{name}}{{/with}}
{{#with zero}}a{{this}}{{else}}b{{/with}}
{{#with none}}a{{else}}b{{/with}}
{{#with empty}}a{{else}}b{{/with}}
{{#with name}}{{this}}{{length}}{{/with}}
{{#with object as |o|}}{{o.a}}{{a}}{{/with}}
{{#with deep.er}}{{#with still}}{{value}}{{../still.value}}{{../../name}}{{/with}}{{/with}}
{{#with list}}{{this.[0]}}{{/with}}
{{#with users.[0]}}{{name}}{{/with}}
{{#yes}}a{{name}}{{/yes}}
{{#no}}a{{/no}}
{{#no}}a{{else}}b{{/no}}
{{#zero}}a{{this}}{{else}}b{{/zero}}
{{#empty}}a{{else}}b{{/empty}}
{{#nil}}a{{else}}b{{/nil}}
{{#missing}}a{{else}}b{{/missing}}
{{#none}}a{{else}}b{{/none}}
{{#list}}{{this}}{{@index}}{{/list}}
{{#list}}{{.}}{{#if @last}}L{{/if}}{{/list}}
{{#object}}{{a}}{{b}}{{/object}}
{{#object}}{{../name}}{{/object}}
{{#blank}}a{{else}}b{{/blank}}
{{#name}}{{this}}{{/name}}
{{#deep.er}}{{still.value}}{{/deep.er}}
{{#this}}{{name}}{{/this}}
{{#this.list}}{{this}}{{/this.list}}
{{#../list}}x{{else}}y{{/../list}}
{{^no}}a{{/no}}
{{^yes}}a{{else}}b{{/yes}}
{{^yes}}a{{/yes}}
{{^list}}a{{else}}{{this}}{{/list}}
{{^none}}a{{/none}}
{{^missing}}a{{^}}b{{/missing}}
{{^if yes}}a{{else}}b{{/if}}
{{#data.items}}{{name}}{{/data.items}}
{{#each data.items}}{{id}}{{/each}}
{{#each (lookup data "items")}}{{id}}{{/each}}
{{#if (lookup object "a")}}a{{/if}}
{{lookup object "a"}} {{lookup object key}} {{lookup object "zz"}}
{{lookup list 1}} {{lookup list index}} {{lookup list 10}} {{lookup list "length"}}
{{lookup nil "a"}} {{lookup zero "a"}} {{lookup missing "x"}}
{{lookup (lookup users 0) "name"}}
{{lookup object "constructor"}}
{{lookup this "name"}}
{{lookup . "name"}}
{{#each list}}{{lookup ../numbers @index}} {{/each}}
{{#each object}}{{#if this}}{{@key}}{{/if}}{{/each}}
{{#each users}}{{@index}}{{#each tags}}{{@index}}{{@../index}}{{@../last}}{{/each}}{{/each}}
{{#each nested}}{{#each this}}{{#each this}}{{@../../index}}{{this}}{{/each}}{{/each}}{{/each}}
{{#with (lookup users 1)}}{{name}}{{/with}}
{{#each users}}{{#unless tags}}{{name}}{{/unless}}{{/each}}
{{#"odd key"}}{{this}}{{/"odd key"}}
{{#each list}}{{#this}}{{.}}{{/this}}{{/each}}
{{#each nested.[1].[1]}}<{{this}}>{{/each}}
{{#each nested.[1].[1]}}{{#if true}}{{this}}{{/if}}{{/each}}
{{#each numbers}}{{#if this}}{{../name}}{{/if}}{{/each}}
{{#if list.length}}some{{/if}}
{{#if (if yes)}}a{{/if}}
{{#each list as |if|}}{{if}}{{/each}}
{{#each list as |eq|}}{{eq 1 2}}{{/each}}
{{#each list as |a|}}{{#each ../numbers as |b|}}{{a}}{{b}} {{/each}}{{/each}}
{{#each list as |a|}}{{#each @root.numbers as |a|}}{{a}}{{/each}}{{a}}{{/each}}
{{#list as |x|}}{{x}}{{/list}}
{{#each list as |this|}}{{this}}{{/each}}
{{#if no}}{{else}}b{{/if}}
{{#if yes~}} a {{~/if}}
{{#if yes ~}} a {{~ else ~}} b {{~/if~}} c
x {{~#if no}} a {{else~}} b {{/if~}} y
x {{~#if no~}} a {{~else~}} b {{~/if~}} y
x {{~^no~}} a {{~/no~}} y
x {{~#each list~}} {{this}} {{~/each~}} y
x {{~#if no~}} a {{~else if yes~}} b {{~else~}} c {{~/if~}} y
x {{#if no}} a {{~else if yes~}} b {{else}} c {{/if}} y
""".strip().split("\n")

LINES: Final = [
    "a\n{{#if yes}}\nb\n{{/if}}\nc",
    "a\n  {{#if yes}}  \n  b\n  {{/if}}  \nc",
    "{{#if yes}}\nb\n{{/if}}",
    "{{#if yes}}\nb\n{{/if}}\n",
    "\n{{#if yes}}\nb\n{{/if}}\n",
    "{{#if no}}\na\n{{else}}\nb\n{{/if}}\nc",
    "{{#if no}}\na\n{{else if yes}}\nb\n{{else}}\nc\n{{/if}}\nd",
    "{{#if no}}\na\n{{else if no}}\nb\n{{else if yes}}\n c\n{{/if}}\nd",
    "{{#if no}}\na\n  {{else if no}}\nb\n  {{else}}  \n c\n  {{/if}}\nd",
    "{{#each list}}\n- {{this}}\n{{/each}}\n",
    "{{#each list}}\n  - {{this}}\n{{else}}\n  none\n{{/each}}\nend",
    "{{#each none}}\n  - {{this}}\n{{else}}\n  none\n{{/each}}\nend",
    "{{#each users}}\n{{name}}:\n  {{#each tags}}\n  * {{this}}\n  {{/each}}\n{{/each}}",
    "a\n{{! note }}\nb",
    "a\n  {{!-- note --}}  \nb",
    "a {{! note }} b",
    "{{! note }}\nb",
    "a\n{{!-- {{x}} }} --}}\nb",
    "{{!-- a --}}{{!-- b --}}c",
    "a{{!}}b",
    "a{{!--}}b",
    "a {{~! x ~}} b",
    "a {{~!-- x --~}} b",
    "a\n{{name}}\nb",
    "a\n{{~name~}}\nb",
    "a\r\n{{#if yes}}\r\nb\r\n{{/if}}\r\nc",
    "a\n{{#if yes}}{{name}}\n{{/if}}\nc",
    "a\n{{#if yes}}\n{{name}}{{/if}}\nc",
    "a\n{{#if yes}} x\n{{/if}}\nc",
    "a\n x {{#if yes}}\nb\n{{/if}}\nc",
    "a\n\n{{#if yes}}\n\nb\n\n{{/if}}\n\nc",
    " {{#if yes}} \n b",
    "{{#if yes}} \n b{{/if}}",
    "  {{^no}}\n  x\n  {{/no}}\n  y",
    "{{#if yes}}\n  {{#if yes}}\n    x\n  {{/if}}\n{{/if}}\n",
    "{{#if yes}}\n{{#if yes}}\nx\n{{/if}}\n{{/if}}\ny",
    "{{#with object}}\n{{a}}\n{{/with}}\n{{#with nil}}\n{{else}}\nz\n{{/with}}",
    "\\{{name}}",
    "a \\{{name}} b {{name}}",
    "a \\\\{{name}} b",
    "a \\\\\\{{name}} b",
    "\\{{name}}\\{{name}}",
    "\\{{{name}}} {{name}}",
    "\\{{#if}} {{name}}",
    "\\ {{name}}",
    "\\{{a}} \\\\{{name}} c",
    "{{{{raw}}}} {{name}} {{{{/raw}}}}",
    "{{{{if yes}}}} {{name}} {{{{/if}}}}",
    "{{{{if yes}}}}{{{{if no}}}}{{x}}{{{{/if}}}}{{{{/if}}}}",
    "{{{{yes}}}}{{name}} \\{{{{/yes}}}}",
    "{{{{yes}}}}\n{{name}}\n{{{{/yes}}}}\n",
    "{{{{list}}}}{{this}}{{{{/list}}}}",
    "{ {name} } }} {",
    "}} {{name}} }}",
    "a\tb\n\n  c  ",
    "",
    " ",
    "\n",
    "{{name}}\n",
    "  {{name}}  ",
    '{{#*inline "p"}}<{{name}}>{{/inline}}{{> p}}',
    '{{#*inline "p"}}<{{name}}>{{/inline}}{{> p object}}',
    '{{#*inline "p"}}<{{name}}{{a}}>{{/inline}}{{> p object name="x"}}',
    '{{#*inline "p"}}<{{name}}{{x}}>{{/inline}}{{> p x=five}}',
    '{{#*inline "p"}}<{{x.length}}>{{/inline}}{{> p x=list}}',
    '{{#*inline "p"}}\n<{{name}}>\n{{/inline}}\n  {{> p}}\nend',
    '{{#*inline "p"}}\na\nb\n{{/inline}}\n  {{> p}}\nend',
    '{{#*inline "p"}}\na\n\nb\n{{/inline}}\n\t{{> p}}\nend',
    '{{#*inline "p"}}a\nb{{/inline}}x {{> p}} y',
    '{{#*inline "p"}}a{{/inline}}x {{~> p ~}} y',
    '{{#*inline "p"}}a{{/inline}}{{#each list}}{{> p}}{{/each}}',
    '{{#*inline "p"}}{{this}}{{@index}}{{/inline}}{{#each list}}{{> p}}{{/each}}',
    '{{#*inline "p"}}{{name}}{{/inline}}{{#each users}}{{> p}}{{/each}}',
    '{{#*inline "p"}}{{name}}{{@root.name}}{{/inline}}{{#each users}}{{> p this}}{{/each}}',
    '{{#*inline "p"}}[{{> @partial-block}}]{{/inline}}{{#> p}}x{{name}}{{/p}}',
    '{{#*inline "p"}}[{{> @partial-block}}]{{/inline}}{{#> p object}}x{{name}}{{a}}{{/p}}',
    '{{#*inline "p"}}[{{> @partial-block object}}]{{/inline}}{{#> p}}x{{name}}{{a}}{{/p}}',
    '{{#*inline "p"}}[{{#if yes}}{{> @partial-block}}{{/if}}]{{/inline}}{{#> p}}x{{/p}}',
    '{{#*inline "p"}}[{{> @partial-block}}]{{/inline}}{{#*inline "q"}}{{#> p}}{{> @partial-block}}{{/p}}{{/inline}}{{#> q}}x{{/q}}',  # noqa: E501
    "{{#> missing}}fallback {{name}}{{/missing}}",
    "{{#> missing object}}fallback {{a}}{{name}}{{/missing}}",
    "{{#> missing}}\nfallback\n{{/missing}}\nx",
    '{{#*inline "p"}}1{{/inline}}{{#if yes}}{{#*inline "p"}}2{{/inline}}{{> p}}{{/if}}{{> p}}',
    '{{#if yes}}{{#*inline "p"}}2{{/inline}}{{> p}}{{/if}}',
    '{{> p}}{{#*inline "p"}}late{{/inline}}',
    '{{#*inline "p"}}{{#if x}}{{x}}{{> p x=(lookup this "y")}}{{/if}}{{/inline}}{{> p x=1 y=0}}',
    '{{#*inline "a"}}A{{> b}}{{/inline}}{{#*inline "b"}}B{{/inline}}{{> a}}',
    '{{#*inline "p"}}{{../name}}{{/inline}}{{#each users}}{{> p}}{{/each}}',
    '{{#*inline "key b"}}K{{/inline}}{{> "key b"}}',
    '{{#*inline "b"}}K{{/inline}}{{> (lookup . "key")}}',
    '{{#*inline "a/b"}}K{{/inline}}{{> a/b}}',
    '{{#*inline "p"}}a{{/inline}}{{#> p}}{{#*inline "q"}}Q{{/inline}}{{/p}}',
    '{{#*inline "p"}}a{{> q}}{{/inline}}{{#> p}}{{#*inline "q"}}Q{{/inline}}{{/p}}',
    '{{#*inline "p"}}a{{> @partial-block}}{{/inline}}{{#> p}}{{#*inline "q"}}Q{{/inline}}{{> q}}{{/p}}',
    '{{#*inline "p"}}{{#each list}}{{> @partial-block}}{{/each}}{{/inline}}{{#> p}}{{this}}{{/p}}',
    '{{#*inline "p"}}{{x}}{{name}}{{/inline}}{{> p x="<"}}',
    '{{#*inline "p"}}{{title}}{{/inline}}{{> p}}|{{{title}}}',
    '{{#each list as |x|}}{{#*inline "p"}}{{this}}{{/inline}}{{> p}}{{/each}}',
    '{{#*inline "p"}}\n  {{#if yes}}\n  x\n  {{/if}}\n{{/inline}}\n    {{> p}}\n',
    '{{#with object}}{{#*inline "p"}}{{a}}{{/inline}}{{> p}}{{/with}}',
    "{{#each users}}{{#if @first}}{{name}}{{else}}, {{name}}{{/if}}{{/each}}",
    "{{#each users}}{{name}}{{#if address}} ({{address.city}}){{/if}}{{#unless @last}}; {{/unless}}{{/each}}.",
    "[{{data.labels.severity}}] {{title}}{{#if data.items}} ({{data.items.length}}){{/if}}",
    "{{#if data.labels.severity}}{{#with data.labels}}{{severity}}{{/with}}{{else}}none{{/if}}",
]

CASES: Final = [*PATHS, *BLOCKS, *LINES]
